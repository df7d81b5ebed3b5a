"""One call, with its redirects: each hop is resolved, checked and pinned anew."""

import re

from .connecting import Deadline
from .errors import Forbidden, HttpCallError
from .hop import Answer, Hop, hop_send
from .policy import METHODS, Policy, Request, Response
from .resolving import Resolver, system_resolver
from .urls import Address, address_join, address_read

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"[\x20-\x7e]*")
_OURS_WORDS = """
host content-length transfer-encoding connection accept-encoding expect upgrade te trailer proxy-authorization
proxy-connection keep-alive
"""
_OURS = frozenset(_OURS_WORDS.split())


def send(request: Request, *, policy: Policy, resolver: Resolver = system_resolver) -> Response:
    """The last answer, whatever its status. Raises HttpCallError; its `sent` tells whether anything may have happened.

    Only reading goes on to where a redirect leads, and 303 after something else; the headers stay with their origin.
    """
    request_check(request)
    deadline = Deadline(policy.seconds)
    first = address_read(request.url)
    hop = Hop(first, request.method, dict(request.headers), request.body, written=True)
    for _number in range(policy.redirects + 1):
        try:
            answer = hop_send(hop, policy=policy, resolver=resolver, deadline=deadline)
            if not answer.location:
                return Response(answer.status, answer.content_type, answer.body, hop.address.url)
            hop = _following(hop, answer, first)
        except HttpCallError as error:
            # Once a request that changes something was sent, it stays sent, whatever goes wrong behind it.
            error.sent = error.sent or hop.address != first
            raise
    raise HttpCallError("redirected", f"The server sent on more than {policy.redirects} times.", sent=True)


def request_check(request: Request) -> None:
    """Raises HttpCallError when the method or a header cannot be sent; a header's value is never said."""
    if request.method not in METHODS:
        raise HttpCallError("request_invalid", f"The method must be one of {', '.join(METHODS)}.")
    for name, value in request.headers.items():
        if not _NAME.fullmatch(name):
            raise HttpCallError("request_invalid", "A header's name has characters that cannot stand in one.")
        if name.lower() in _OURS:
            raise HttpCallError("request_invalid", f"The header {name} is set by the call itself.")
        if not _VALUE.fullmatch(value):
            raise HttpCallError("request_invalid", f"The header {name} has characters that cannot be sent.")


def _following(hop: Hop, answer: Answer, first: Address) -> Hop:
    """The hop that a redirect asks for. Raises HttpCallError (`sent`) when it is not followed."""
    try:
        if hop.method != "GET" and answer.status != 303:
            detail = (
                f"The server answered {answer.status}, a redirect. Only reading is sent on: write the final address."
            )
            raise HttpCallError("redirected", detail)
        address = address_join(hop.address, answer.location)
        if hop.address.scheme == "https" and address.scheme != "https":
            raise Forbidden("The server sent on from https to http; that is not followed.")
    except HttpCallError as error:
        error.sent = True
        raise
    headers = hop.headers
    if address.origin != hop.address.origin:
        headers = {name: value for name, value in headers.items() if name.lower() == "accept"}
    return Hop(address, "GET", headers, b"", written=address.origin == first.origin)
