"""`manage.py nlu_benchmark`: how well the language engine does on a public evaluation set, or on our own."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from threadpoolctl import threadpool_limits

from conversations.training_data import training_data_build
from nlu.benchmark import Figures, benchmark, lines
from nlu.benchmark.datasets import DatasetUnreadable, clinc150, own, snips
from nlu.encoding import current_encoder
from nlu.types import TrainingData, TrainingError
from nlu.validation import MINIMUM_EXAMPLES
from orchestrator.catalog.action_files import actions_load
from orchestrator.catalog.loader import blueprints_load
from orchestrator.environments import DEFAULTS
from orchestrator.states import Risk
from orchestrator.types import EnvironmentView

PUBLIC = {"clinc150": clinc150, "snips": snips}


class Command(BaseCommand):
    help = "Train on an evaluation set and print accuracy, rejection, slots, few-shot accuracy, time and memory."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dataset", choices=[*PUBLIC, "own"], required=True)
        parser.add_argument("--path", type=Path, help="where a public set is, or another in its format; read in place")
        parser.add_argument("--part", choices=["dev", "test"], default="test", help="of our own set")
        parser.add_argument("--without-encoder", action="store_true", help="by words and letters alone")
        parser.add_argument(
            "--shots", type=_shots, nargs="*", default=[5, 10], help="few-shot trainings (default: 5 10)"
        )
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with threadpool_limits(limits=1):
                figures = self._figures(options)
        except (DatasetUnreadable, TrainingError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(asdict(figures)) if options["json"] else "\n".join(lines(figures)))

    def _figures(self, options: dict[str, Any]) -> Figures:
        encoder = None if options["without_encoder"] else current_encoder()
        if encoder is None:
            self.stderr.write("No sentence encoder is used: words and letters alone.")
        more: dict[str, Any] = {"encoder": encoder, "directory": settings.NLU["ENCODER_DIR"], "say": self.stderr.write}
        if options["dataset"] == "own":
            return benchmark(own(options["part"]), data=_catalogue(), shots=(), **more)
        if options["path"] is None:
            raise CommandError("Name the directory of the evaluation set with --path.")
        return benchmark(PUBLIC[options["dataset"]](options["path"]), shots=options["shots"], **more)


def _shots(text: str) -> int:
    if not text.isdecimal() or int(text) < MINIMUM_EXAMPLES:
        raise ArgumentTypeError(
            f"{text!r} is no number from {MINIMUM_EXAMPLES}: no intent is trained with fewer phrases"
        )
    return int(text)


def _catalogue() -> TrainingData:
    """What comes with the project; no server is needed."""
    blueprints, actions = blueprints_load(), actions_load()
    environments = [
        EnvironmentView(each["_id"], each["title"], each["region"], Risk(each["minimum_risk"]), tuple(each["synonyms"]))
        for each in DEFAULTS
    ]
    return training_data_build([each.view for each in blueprints], [each.view for each in actions], environments)
