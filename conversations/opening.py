"""Opening a stream: which conversation, may this person see it, and from which number on."""

from dataclasses import dataclass

from chatbot_project.accounts.models import User

from .cleaning import is_uuid, seq_from_text
from .errors import InvalidFrame, NotAllowed, NotFound
from .selectors import conversation_get
from .services import conversation_create

NEW = "new"


@dataclass(frozen=True)
class Opened:
    """`problem` is what was wrong with `after`; the stream starts where it says."""

    conversation_id: str
    last_seq: int
    after: int
    problem: InvalidFrame | None = None


def conversation_open(
    *, user: User, name: str, after: str | None, bot: str | None = None, site: str | None = None
) -> Opened:
    """Open the conversation called `name` (a uuid, or `new` to make one, with `bot`). Raises NotFound, NotAllowed.

    `site`: from a page of this embedding site, where only conversations that were begun there are open.
    """
    if name == NEW and site is None:
        conversation = conversation_create(user=user, bot=bot or None)
    elif is_uuid(name):
        conversation = conversation_get(name.lower(), viewer=user)
    else:
        raise NotFound(f"A conversation is named by its uuid, or {NEW} to make one.", field="conversation_id")
    if site is not None and (conversation.site != site or conversation.owner_id != str(user.id)):
        raise NotAllowed("This conversation was not begun on this site.", field="conversation_id")
    start, problem = start_after(after, conversation.last_seq)
    return Opened(conversation.id, conversation.last_seq, start, problem)


def start_after(text: str | None, last_seq: int) -> tuple[int, InvalidFrame | None]:
    """The number to go on from, and what was wrong: what is no number starts at the beginning (nothing is missed),
    what is beyond the end starts at the end."""
    if not text:
        return 0, None
    try:
        after = seq_from_text(text)
    except InvalidFrame as error:
        return 0, InvalidFrame(f"{error.detail} Going on from the beginning.", field="after")
    return after_within(after, last_seq)


def after_within(after: int, last_seq: int) -> tuple[int, InvalidFrame | None]:
    """`after`, or the end with what was wrong when it lies beyond."""
    if after <= last_seq:
        return after, None
    detail = f"after is {after}, but last_seq is {last_seq}. Going on from {last_seq}."
    return last_seq, InvalidFrame(detail, field="after")
