"""The explanation of a job, for whoever may see it."""

from typing import Any

from chatbot_project.accounts.models import User
from nlu.access import DEFAULT_BOT
from orchestrator import selectors

from .bots.configuration import BotConfiguration, configuration_get
from .dialogue.explaining import explained
from .dialogue.live import LiveWorld
from .documents import conversations
from .proposals import proposal_of


def job_explained(job_id: str, *, viewer: User) -> dict[str, Any]:
    """Message, intent, values with the words they came from, plan lines (`dialogue.explaining`). Raises NotFound when
    the job is not there or not the viewer's to see."""
    job = selectors.job_get(job_id, viewer=viewer)
    conversation_id = job.origin.conversation_id or ""
    bot = _bot(conversation_id)
    world = LiveWorld(user=viewer, bot=bot, conversation_id=conversation_id, before_seq=0, at=job.created_at)
    return explained(proposal_of(job), world)


def _bot(conversation_id: str) -> BotConfiguration:
    """The bot that proposed it; the default one for what no conversation asked for, or when it is gone."""
    found = conversations().find_one({"_id": conversation_id}, {"bot": 1}) or {}
    configuration = configuration_get(found.get("bot", DEFAULT_BOT)) or configuration_get(DEFAULT_BOT)
    if configuration is None:
        raise RuntimeError("the default bot is always there")
    return configuration
