"""Why a call was not made, or what went wrong with it."""


class HttpCallError(Exception):
    """`detail` is for people and never has a header or a body in it. `code` is stable.

    `sent`: the other side may have received the request, so that what it asked for may have been done.
    """

    def __init__(self, code: str, detail: str, *, sent: bool = False) -> None:
        super().__init__(detail)
        self.code, self.detail, self.sent = code, detail, sent


class Forbidden(HttpCallError):
    """The address may not be called; nothing was sent to it."""

    def __init__(self, detail: str) -> None:
        super().__init__("address_forbidden", detail)


class BadAddress(HttpCallError):
    """The text is no address, or one in a spelling that is not accepted."""

    def __init__(self, detail: str) -> None:
        super().__init__("address_invalid", detail)
