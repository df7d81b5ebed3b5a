"""The other languages are complete: every text, every placeholder, and what is compiled is what is written."""

import gettext
import re
import shutil
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import polib
import pytest
from django.conf import settings as project
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[3]
LANGUAGES = [code for code, _ in project.LANGUAGES if code != project.LANGUAGE_CODE]
DOMAINS = ("django", "djangojs")
PACKAGES = ("chatbot_project", "conversations", "orchestrator", "nlu")
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|%[sd]|\{\w*\}|</?\w+")
both = pytest.mark.parametrize("language", LANGUAGES)
each = pytest.mark.parametrize("domain", DOMAINS)


def written(language: str, domain: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / f"{domain}.po"))


def pairs(entry: polib.POEntry) -> list[tuple[str, str]]:
    """What stands for what; of a plural each form, by its number."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [(entry.msgid_plural if number else entry.msgid, text) for number, text in entry.msgstr_plural.items()]


@both
@each
def test_every_text_is_translated(language: str, domain: str) -> None:
    catalogue = written(language, domain)
    assert [entry.msgid for entry in catalogue.untranslated_entries() + catalogue.fuzzy_entries()] == []


@both
@each
def test_every_placeholder_is_kept(language: str, domain: str) -> None:
    differs = [
        (text, translated)
        for entry in written(language, domain)
        for text, translated in pairs(entry)
        if Counter(PLACEHOLDER.findall(text)) != Counter(PLACEHOLDER.findall(translated))
    ]
    assert differs == []


@both
@each
def test_what_is_compiled_is_what_is_written(language: str, domain: str) -> None:
    with (ROOT / "locale" / language / "LC_MESSAGES" / f"{domain}.mo").open("rb") as compiled:
        found = gettext.GNUTranslations(compiled)
    for entry in written(language, domain):
        if entry.msgid_plural:
            said = partial(found.npgettext, entry.msgctxt) if entry.msgctxt else found.ngettext
            told = {n: said(entry.msgid, entry.msgid_plural, 1 if n == 0 else 2) for n in (0, 1)}
            assert told == entry.msgstr_plural
        else:
            known = found.pgettext(entry.msgctxt, entry.msgid) if entry.msgctxt else found.gettext(entry.msgid)
            assert known == entry.msgstr


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="GNU gettext is missing: its xgettext collects the texts")
@each
def test_no_text_is_missing(domain: str, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """`make messages` would add nothing. It collects beside what it finds, so it is given links to look at."""
    for package in PACKAGES:
        (tmp_path / package).symlink_to(ROOT / package)
    for language in LANGUAGES:
        (tmp_path / "locale" / language / "LC_MESSAGES").mkdir(parents=True)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    monkeypatch.chdir(tmp_path)
    call_command(
        "makemessages", locale=LANGUAGES, domain=domain, ignore_patterns=["*/vendor/*"], symlinks=True, verbosity=0
    )
    for language in LANGUAGES:
        collected = polib.pofile(str(tmp_path / "locale" / language / "LC_MESSAGES" / f"{domain}.po"))
        known = {(entry.msgctxt, entry.msgid) for entry in written(language, domain)}
        assert {(entry.msgctxt, entry.msgid) for entry in collected} - known == set()
