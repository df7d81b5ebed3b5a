"""Django's own, which collects two things more: the sentences of orchestrator/sentences.py, and the texts of what comes
with the product (orchestrator/catalog/texts.py), by way of a file of Python that is there only meanwhile.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.commands import makemessages

from conversations.dialogue.fields import label_of
from orchestrator.catalog.texts import texts, things, variable_names
from orchestrator.translated import WORDS

_FILE = "texts_of_the_catalogue.py"


class Command(makemessages.Command):
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=stated", "--keyword=stated_many:1,2"]

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(_FILE)
        if options["domain"] == "django":
            path.write_text("\n".join(_lines()) + "\n", encoding="utf-8")
        try:
            super().handle(*args, **options)
        finally:
            path.unlink(missing_ok=True)


def _lines() -> Iterator[str]:
    words = {*texts(), *(label_of(each) for each in variable_names())}
    for text in sorted(words):
        yield f"pgettext({_quoted(WORDS)}, {_quoted(text)})"
    for one, many in things():
        yield f"npgettext({_quoted(WORDS)}, {_quoted(one)}, {_quoted(many)}, 2)"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
