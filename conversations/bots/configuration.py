"""What one bot is set to, read from Redis as long as nobody changed it.

Its revision is asked for in MongoDB once a second at most in each process, and names what Redis keeps: a change counts
everywhere within two seconds, also when Redis missed it, and a flush costs one read.
"""

import threading
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from nlu import selectors as nlu
from nlu.access import DEFAULT_BOT
from nlu.types import BotSettings

from ..context import bot_configuration_get
from .replies import Reply
from .stored_replies import replies_of

CHECK_SECONDS = 1.0


@dataclass(frozen=True)
class BotConfiguration:
    settings: BotSettings
    replies: tuple[Reply, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"settings": asdict(self.settings), "replies": [each.to_json() for each in self.replies]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "BotConfiguration":
        """Raises TypeError, KeyError or AttributeError for what another version wrote."""
        settings = data["settings"]
        lists = {name: tuple(settings[name]) for name in ("groups", "parts")}
        replies = tuple(Reply.from_json(each) for each in data["replies"])
        return cls(settings=BotSettings(**{**settings, **lists}), replies=replies)


@dataclass
class _Seen:
    revision: str | None
    checked_at: float = field(default_factory=time.monotonic)


_seen: dict[str, _Seen] = {}
_lock = threading.Lock()


def configuration_get(bot: str) -> BotConfiguration | None:
    """What the bot is set to; None when there is no such bot. The default one is there before anybody trained it."""
    revision = _revision(bot)
    if revision is None:
        return BotConfiguration(BotSettings(DEFAULT_BOT, "Default")) if bot == DEFAULT_BOT else None
    try:
        return BotConfiguration.from_json(bot_configuration_get(bot, revision, lambda: _load(bot).to_json()))
    except (TypeError, KeyError, AttributeError):
        return _load(bot)


def configuration_forget() -> None:
    """Ask for every revision anew, at once."""
    with _lock:
        _seen.clear()


def _load(bot: str) -> BotConfiguration:
    settings = nlu.bot_settings(bot)
    if settings is None:
        return BotConfiguration(BotSettings(bot, bot, enabled=False))
    return BotConfiguration(settings, replies_of(bot))


def _revision(bot: str) -> str | None:
    with _lock:
        seen = _seen.get(bot)
    if seen is None or time.monotonic() - seen.checked_at >= CHECK_SECONDS:
        seen = _Seen(nlu.bot_revision(bot))
        if seen.revision is not None:  # whoever asks for bots that there are not fills no memory
            with _lock:
                _seen[bot] = seen
    return seen.revision
