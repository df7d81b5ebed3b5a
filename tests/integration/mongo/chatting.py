"""A person who writes to the bot, on a real database, and what became of it."""

from typing import Any
from uuid import uuid4

from chatbot_project.accounts.models import User
from conversations import services, turns
from conversations.selectors import turn_get
from conversations.stream import frames_after
from orchestrator import selectors

NEW, DELETE = "blueprint.object-storage.apply", "blueprint.object-storage.destroy"
MEANINGS: dict[str, tuple[str | None, dict[str, Any]]] = {
    "create a staging bucket": (NEW, {"environment": "staging"}),
    "create a staging bucket called acme": (NEW, {"environment": "staging", "name": "acme"}),
    "create a staging bucket called beta": (NEW, {"environment": "staging", "name": "beta"}),
    "no, call it acme-logs instead": (None, {"name": "acme-logs"}),
    "delete that bucket": (DELETE, {}),
    "delete the bucket acme": (DELETE, {"name": "acme"}),
}


class Chat:
    """One person's conversation through the public services."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.id = services.conversation_create(user=user).id

    def write(self, text: str, site: str = "") -> str:
        """Store a message without processing it; the key of its turn. `site`: from a page of that embedding site."""
        accepted = services.message_accept(
            conversation_id=self.id, user=self.user, client_id=str(uuid4()), text=text, site=site
        )
        assert accepted.turn_id is not None
        return accepted.turn_id

    def say(self, text: str, site: str = "") -> list[dict[str, Any]]:
        """Store and process a message; the frames that followed it."""
        turn_id = self.write(text, site)
        assert turns.turn_process(turn_id)
        return self.frames(after=turn_get(turn_id).seq)

    def frames(self, *types: str, after: int = 0) -> list[dict[str, Any]]:
        found = frames_after(self.id, after, 200)
        return [{"type": each.type, **each.data} for each in found if not types or each.type in types]

    def bot(self, after: int = 0) -> list[str]:
        return [each["text"] for each in self.frames("message.created", after=after) if each["author"] == "bot"]


def the_job(chat: Chat) -> Any:
    (found,) = selectors.jobs_list(viewer=None, conversation_id=chat.id)
    return found
