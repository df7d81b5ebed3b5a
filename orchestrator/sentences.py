"""Sentences that are stored: the English text, which remembers what it is made of, so that whoever reads it later
reads it in their own language (translated.py). Knows no Django: executors make such sentences too.

A `Sentence` is a `str`. What it is made of (`facts`, JSON) is one of

  {"say": text, "with": {name: value}}                            text with %(name)s; `make messages` collects it
  {"say": text, "many": text, "count": number, "with": {…}}       one or several
  {"word": text, "many": text, "count": number}                   so many of a kind of thing, the number before it
  {"word": text}                                                  a word of the catalogue
  {"word": text, "at": [value, …]}                                a text of the catalogue with a %s for each value
  {"fill": text, "with": {name: value}}                           a text of the catalogue with {name}s (templating.py)
  {"join": [part, …], "by": text}                                 parts after each other
  {"list": [part, …], "by": text}                                 the same with the text `by` before the last
  {"capital": part}                                               beginning with a capital letter

where values and parts are facts again, or texts and numbers that are the same in every language. Whatever is done to
the text as a `str` (cutting, adding) forgets the facts: then it stays English.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from chatbot_project.templating import Show, Written, placeholders, plainly, render

Facts = dict[str, Any]


class Language(Protocol):
    """The three ways of gettext."""

    def one(self, text: str) -> str: ...

    def many(self, text: str, plural: str, count: int) -> str: ...

    def word(self, text: str, plural: str, count: int) -> str: ...


class English:
    def one(self, text: str) -> str:
        return text

    def many(self, text: str, plural: str, count: int) -> str:
        return text if count == 1 else plural

    word = many


class Sentence(str):
    facts: Facts

    def __new__(cls, facts: Facts, language: Language | None = None) -> "Sentence":
        made = super().__new__(cls, sentence_text(facts, language or English()))
        made.facts = facts
        return made

    def __getnewargs__(self) -> tuple[Facts]:  # type: ignore[override]
        return (self.facts,)

    def mapped(self, change: Callable[[str], str]) -> str:
        """The same with every text that was filled in changed. A plain text when that would not change all of it."""
        made, wanted = Sentence(_mapped(self.facts, change)), change(str(self))
        return made if made == wanted else wanted


def stated(text: str, **values: Any) -> Sentence:
    """`text` with its placeholders, as in gettext."""
    return Sentence({"say": text, "with": _values(values)})


def stated_many(text: str, plural: str, count: int, **values: Any) -> Sentence:
    """As in ngettext; `%(number)s` is the count."""
    return Sentence({"say": text, "many": plural, "count": count, "with": {"number": count, **_values(values)}})


def things_stated(count: int, noun: str, plural: str) -> Sentence:
    """`2 buckets`"""
    return Sentence({"word": noun, "many": plural, "count": count})


def word_stated(text: str) -> Sentence:
    """A word or a text of the built-in catalogue, which has a translation of its own."""
    return Sentence({"word": text})


def placed_stated(text: str, values: Iterable[str]) -> Sentence:
    """A text of the catalogue with a %s for each value."""
    return Sentence({"word": text, "at": [_fact(each) for each in values]})


def template_stated(template: str, names: Mapping[str, Any], show: Show = plainly) -> Sentence:
    """A template of the catalogue (templating.py) with the names that stand in it; an unknown one stays as it is."""
    known = {name: names[name] for name in placeholders(template) if name in names}
    texts = {name: _fact(each) if isinstance(each, Sentence) else show(each) for name, each in known.items()}
    return Sentence({"fill": template, "with": {name.replace(".", _DOT): each for name, each in texts.items()}})


def result_stated(result: Mapping[str, Any], found: Any, names: Mapping[str, Any], show: Show = plainly) -> Sentence:
    """As `render_result`: the text of what a call found."""
    items = found if isinstance(found, list) else [] if found is None else [found]
    if not items and "empty" in result:
        return template_stated(str(result["empty"]), names, show)
    line = str(result.get("item", "- {item}"))
    absent = dict.fromkeys(placeholders(line))
    each_one = [{**absent, **(item if isinstance(item, dict) else {}), "item": item} for item in items]
    lines = joined((template_stated(line, each, show) for each in each_one), "\n")
    known = {**names, "count": len(items), "items": lines, "result": found}
    return template_stated(str(result.get("template", "{items}")), known, show)


def joined(parts: Iterable[str], by: str = " ") -> Sentence:
    return Sentence({"join": [_fact(each) for each in parts], "by": by})


def listing(parts: Iterable[str]) -> Sentence:
    """`a, b and c`"""
    return Sentence({"list": [_fact(each) for each in parts]})


def capital(text: str) -> Sentence:
    return Sentence({"capital": _fact(text)})


def sentence_text(facts: Any, language: Language) -> str:
    """The text in one language."""
    match facts:
        case {"say": _, "with": values}:
            text = _said(facts, language) % _filled(values, language)
        case {"word": _}:
            text = _worded(facts, language)
        case {"fill": template, "with": values}:
            names = {name.replace(_DOT, "."): Written(each) for name, each in _filled(values, language).items()}
            text = render(language.word(template, "", 1), names)
        case {"join": parts, "by": by}:
            text = str(by).join(sentence_text(each, language) for each in parts)
        case {"list": parts}:
            *first, last = [sentence_text(each, language) for each in parts]
            text = f"{', '.join(first)}{language.one(_AND)}{last}" if first else last
        case {"capital": part}:
            text = sentence_text(part, language)
            text = text[:1].upper() + text[1:]
        case _:
            text = str(facts)
    return text


def _said(facts: Facts, language: Language) -> str:
    if "many" in facts:
        return language.many(facts["say"], facts["many"], facts["count"])
    return language.one(facts["say"])


def _worded(facts: Facts, language: Language) -> str:
    if "many" in facts:
        return f"{facts['count']} {language.word(facts['word'], facts['many'], facts['count'])}"
    text = language.word(facts["word"], "", 1)
    return text % tuple(sentence_text(each, language) for each in facts["at"]) if "at" in facts else text


# Names of fields of documents have no dots.
_DOT = "\u2024"
_OURS = ("say", "many", "word", "fill", "by", "count")


def _fact(value: Any) -> Any:
    """A value that somebody gave is never taken for facts, however it looks."""
    if isinstance(value, Sentence):
        return value.facts
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _values(values: Mapping[str, Any]) -> Facts:
    return {name: _fact(value) for name, value in values.items()}


def _filled(values: Mapping[str, Any], language: Language) -> dict[str, str]:
    return {name: sentence_text(value, language) for name, value in values.items()}


def _mapped(facts: Any, change: Callable[[str], str]) -> Any:
    if isinstance(facts, str):
        return change(facts)
    if isinstance(facts, list):
        return [_mapped(each, change) for each in facts]
    if not isinstance(facts, dict):
        return facts
    return {name: value if name in _OURS else _mapped(value, change) for name, value in facts.items()}


_AND = str(stated(" and "))
