"""The bot of a conversation: chosen when it begins, and asked again before every answer."""

from django.utils.translation import gettext as _

from chatbot_project.accounts.models import User
from nlu.access import bots_usable, may_use

from ..errors import NotAllowed, NotFound
from .configuration import BotConfiguration, configuration_get


def bot_choose(user: User, name: str | None) -> str:
    """The bot of a new conversation: the one asked for, or the first this person may talk to.

    Raises NotFound, NotAllowed. Who may not use a bot need not know that it exists.
    """
    if name is not None:
        configuration = configuration_get(name)
        if configuration is None or not may_use(user, configuration.settings):
            raise NotFound(f"There is no bot {name[:63]} that you may use.", field="bot")
        return name
    usable = bots_usable(user)
    if not usable:
        raise NotAllowed("There is no bot that you may use. Ask an admin to give you one.", field="bot")
    return usable[0].name


def refusal(user: User, configuration: BotConfiguration | None) -> str | None:
    """What to say in a conversation whose bot does not answer this person any more; None when it does."""
    if configuration is not None and may_use(user, configuration.settings):
        return None
    return _(
        "The bot of this conversation is switched off, or not open to you any more, so I did nothing. Begin a new "
        "conversation to go on with another one."
    )
