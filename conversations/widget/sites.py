"""Reads of embedding sites."""

from dataclasses import dataclass

from .models import EmbeddingSite


@dataclass(frozen=True)
class Site:
    """An enabled site, as it is now. `backend_id` is the account whose API token may name people, "" for none."""

    name: str
    origins: tuple[str, ...]
    bot: str
    bot_title: str
    anonymous: bool
    backend_id: str
    groups: tuple[str, ...]


def site_get(name: str) -> Site | None:
    """The enabled site of this name, or None."""
    found = EmbeddingSite.objects.filter(name=name, enabled=True).select_related("bot").first()
    if found is None:
        return None
    return Site(
        name=found.name,
        origins=tuple(found.origins),
        bot=found.bot.name,
        bot_title=found.bot.title,
        anonymous=found.anonymous,
        backend_id=str(found.backend_id or ""),
        groups=tuple(found.groups),
    )
