"""What travels over the socket, and the ways a server can say no."""

from dataclasses import dataclass, field
from typing import Any

Data = dict[str, Any]

CLOSE_REASONS = {
    4401: "You are not signed in: the token is missing, wrong or expired.",
    4403: "This conversation belongs to somebody else.",
    4404: "There is no such conversation.",
}
"""Close codes after which connecting again in the same way cannot help."""


@dataclass(frozen=True)
class Frame:
    """One frame from the server; `seq` is None on transient ones."""

    type: str
    data: Data = field(default_factory=dict)
    seq: int | None = None
    id: str | None = None
    ts: str | None = None

    @classmethod
    def parse(cls, raw: Any) -> "Frame | None":
        """The frame in a decoded JSON value, or None when it is not one (a newer server may send other things)."""
        if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
            return None
        data = raw.get("data")
        return cls(
            type=raw["type"],
            data=data if isinstance(data, dict) else {},
            seq=raw["seq"] if isinstance(raw.get("seq"), int) else None,
            id=raw.get("id"),
            ts=raw.get("ts"),
        )

    @property
    def by_bot(self) -> bool:
        return self.type == "message.created" and self.data.get("author") == "bot"

    @property
    def is_job(self) -> bool:
        return self.type in {"job.created", "job.updated"}


@dataclass(frozen=True)
class Ack:
    """The server has stored it. `seq` is where it stands in the conversation, None when it has no place there."""

    client_id: str
    seq: int | None
    seconds: float
    """From sending to the acknowledgement, waiting for a broken connection included."""


class ChatError(Exception):
    """Base of what a ChatClient raises; its text is a sentence for people."""


class Refused(ChatError):
    """The server refused one frame and changed nothing; `problem` holds the RFC 9457 fields."""

    def __init__(self, problem: Data) -> None:
        field_name = problem.get("field")
        detail = str(problem.get("detail") or problem.get("title") or "The server refused this.")
        super().__init__(f"{field_name}: {detail}" if field_name and str(field_name) not in detail else detail)
        self.problem = problem
        self.status = problem.get("status")


class ConnectionRefused(ChatError):
    """The server closed the connection for a reason that trying again does not mend."""

    def __init__(self, code: int) -> None:
        super().__init__(CLOSE_REASONS.get(code, f"The server closed the connection with code {code}."))
        self.code = code


class Unreachable(ChatError):
    """No connection could be made in the time given."""
