"""From what a training refused to the rows where it can be mended."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.admin.utils import quote
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from .models import EntityType, Example, Intent
from .training_models import TrainingRun
from .types import Place


@dataclass(frozen=True)
class Link:
    """`url` is empty where there is no row: what the catalogue brings has one only once it was trained."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class LinkedMistake:
    sentence: str
    links: tuple[Link, ...]


def mistakes_linked(run: TrainingRun) -> list[LinkedMistake]:
    """The mistakes of a refused run, each with links to what it is about."""
    stored = [(each["sentence"], [Place(**place) for place in each["places"]]) for each in run.mistakes]
    rows = _Rows(run.bot_id, [place for _sentence, places in stored for place in places])
    return [LinkedMistake(sentence, tuple(rows.links(places))) for sentence, places in stored]


class _Rows:
    """The rows of all places, read in three queries."""

    def __init__(self, bot: str, places: Iterable[Place]) -> None:
        wanted = list(places)
        examples = Example.objects.filter(bot_id=bot, text__in={each.phrase for each in wanted if each.phrase})
        self._examples = {(each.intent.name if each.intent else "", each.text): each for each in _with_intent(examples)}
        intents = Intent.objects.filter(bot_id=bot, name__in={each.intent for each in wanted if each.intent})
        self._intents = {each.name: each for each in intents}
        entities = EntityType.objects.filter(bot_id=bot, name__in={each.entity for each in wanted if each.entity})
        self._entities = {each.name: each for each in entities}

    def links(self, places: Iterable[Place]) -> Iterator[Link]:
        for place in places:
            if place.line is not None:
                yield Link(_("line %d") % place.line)
            if place.phrase:
                about = place.intent or _("out of scope")
                yield _link(f"{place.phrase} ({about})", self._examples.get((place.intent, place.phrase)))
            elif place.intent:
                yield _link(place.intent, self._intents.get(place.intent))
            elif place.entity:
                yield _link(place.entity, self._entities.get(place.entity))


def _with_intent(examples: "Iterable[Example]") -> "list[Example]":
    return list(examples.select_related("intent"))  # type: ignore[attr-defined]


def _link(text: str, row: Model | None) -> Link:
    if row is None:
        return Link(_("%s: from the catalogue") % text)
    return Link(text, reverse(f"admin:nlu_{row._meta.model_name}_change", args=[quote(row.pk)]))
