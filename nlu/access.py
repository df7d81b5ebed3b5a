"""Which bots a person may talk to, and read about."""

from chatbot_project.accounts.models import User

from . import selectors
from .types import BotSettings

DEFAULT_BOT = "default"


def may_use(user: User, settings: BotSettings) -> bool:
    """Whether the bot answers this person now."""
    if not settings.enabled or not user.is_active:
        return False
    if not settings.groups or user.is_superuser:
        return True
    return user.groups.filter(name__in=settings.groups).exists()


def bots_usable(user: User) -> list[BotSettings]:
    """The bots this person may talk to, the default one (there before anybody trained it) first, then by title."""
    found = {each.name: each for each in selectors.bot_settings_list()}
    found.setdefault(DEFAULT_BOT, BotSettings(DEFAULT_BOT, "Default"))
    usable = [each for each in found.values() if may_use(user, each)]
    return sorted(usable, key=lambda each: (each.name != DEFAULT_BOT, each.title.casefold()))
