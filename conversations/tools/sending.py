"""One HTTP call and the sentence that tells what became of it."""

import logging
import os
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.utils.translation import gettext as _

from chatbot_project.safe_http import HttpCallError, Policy, Response, send
from chatbot_project.safe_http.resolving import system_resolver

from ..bots.replies import Tool
from ..dialogue.texts import as_data, paragraphs
from ..documents import Document
from .building import NotSendable, request_of
from .results import Unreadable, result_text
from .states import CallState

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """`problem` is a stable code, empty when all went well."""

    state: CallState
    text: str
    status: int | None = None
    problem: str = ""


def outcome_of(call: Document) -> Outcome:
    """Send it and read the answer. Never raises for what the other side does."""
    tool, title = Tool.from_json(call["tool"]), as_data(call["title"])
    try:
        request = request_of(tool, call["values"], call_id=call["_id"], environ=os.environ)
        response = send(request, policy=policy_of(tool), resolver=system_resolver)
    except NotSendable as error:
        return Outcome(CallState.FAILED, _failed(title, str(error), tool, sent=False), problem="not_sendable")
    except HttpCallError as error:
        logger.warning("a call failed: %s", error.code, extra={"call_id": call["_id"]})
        is_open = error.sent and not tool.is_safe
        state = CallState.UNKNOWN if is_open else CallState.FAILED
        return Outcome(state, _failed(title, error.detail, tool, sent=error.sent), problem=error.code)
    return _answered(tool, title, call, response)


def policy_of(tool: Tool) -> Policy:
    internal = frozenset(each.lower() for each in settings.CONVERSATIONS["TOOL_INTERNAL_HOSTS"])
    return Policy(seconds=tool.seconds, response_bytes=tool.response_kb * 1024, internal=internal)


def _answered(tool: Tool, title: str, call: Document, response: Response) -> Outcome:
    status = response.status
    if not 200 <= status < 300:
        detail = _("The other side answered %(status)s (%(words)s).") % {"status": status, "words": _words(status)}
        # A server's own mistake leaves open how far it came.
        is_open = status >= 500 and not tool.is_safe
        state = CallState.UNKNOWN if is_open else CallState.FAILED
        return Outcome(state, _failed(title, detail, tool, sent=is_open), status, f"status_{status}")
    try:
        text = result_text(tool, call["template"], response, call["values"])
    except Unreadable as error:
        done = "" if tool.is_safe else _("It was sent and accepted.")
        return Outcome(CallState.DONE, paragraphs(f"**{title}**: {error}", done), status, "answer_unreadable")
    return Outcome(CallState.DONE, text or _("**%(title)s**: done.") % {"title": title}, status)


def _failed(title: str, detail: str, tool: Tool, *, sent: bool) -> str:
    lead = _("**%(title)s** did not work. %(detail)s") % {"title": title, "detail": detail}
    if tool.is_safe:
        return lead
    if sent:
        return paragraphs(
            lead,
            _(
                "It may have been carried out all the same; I do not send it again by myself. Look whether it is there "
                "before you ask for it once more."
            ),
        )
    return paragraphs(lead, _("Nothing was carried out."))


def _words(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return _("unknown")
