"""Dead letters at the command line: what waits, why, send it again or delete it.

Exit codes: 0 all was done, 1 something was not (an unknown id, a server away, a message in somebody else's hands),
2 the command line is wrong.
"""

import getpass
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from pymongo.errors import PyMongoError

from chatbot_project.broker import dead_letter_words as words
from chatbot_project.broker.address import address
from chatbot_project.broker.dead_letter_words import Row
from chatbot_project.broker.dead_letters import HIDDEN_SECONDS, queue_look
from chatbot_project.broker.visibility import sqs_client
from chatbot_project.reachable import require_mongodb, require_queue
from orchestrator import dead_letters, queue
from orchestrator.dead_letters import LetterState, LetterWish
from orchestrator.types import Actor

QUEUES = (settings.QUEUE_BACKGROUND, settings.QUEUE_INFRASTRUCTURE)

_SHORTEST_ID = 4
_DONE = {LetterWish.REDRIVE: LetterState.REDRIVEN, LetterWish.DROP: LetterState.DROPPED}
_PAUSE_SECONDS = 0.5
# Somebody else's look hides a message for so long at most.
_PATIENCE_SECONDS = HIDDEN_SECONDS + 10.0


class Command(BaseCommand):
    help = "Shows the messages that no worker could work off, sends them to their queue again, or deletes them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="list|show|redrive|drop")
        of_queue = ArgumentParser(add_help=False)
        of_queue.add_argument("--queue", choices=QUEUES, help="Only this queue's.")
        actions.add_parser("list", parents=[of_queue], help="what waits, and why")
        actions.add_parser("show", help="everything about one").add_argument("id", help="The id, or how it begins.")
        for wish, text in ((LetterWish.REDRIVE, "send to the queue again"), (LetterWish.DROP, "delete for good")):
            action = actions.add_parser(wish.value, parents=[of_queue], help=text)
            action.add_argument("ids", nargs="*", metavar="id", help="The id, or how it begins.")
            action.add_argument("--all", action="store_true", help="All that wait; asks before.")
            action.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args: Any, **options: Any) -> None:
        queues = (options["queue"],) if options.get("queue") else QUEUES
        require_mongodb()
        for name in queues:
            require_queue(name)
        try:
            _look(queues)
            match options["action"]:
                case "list":
                    self._list(queues)
                case "show":
                    self._say(words.in_full(_found(options["id"])))
                case action:
                    self._decide(LetterWish(action), queues, options)
        except (BotoCoreError, ClientError) as error:
            raise CommandError(f"SQS does not do it: {error}") from None
        except PyMongoError as error:
            raise CommandError(f"MongoDB went away: {str(error)[:200]}") from None

    def _say(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.write(line)

    def _list(self, queues: Iterable[str]) -> None:
        depths = {each.queue: each.depth or 0 for each in dead_letters.depths()}
        rows = _rows(queues)
        self._say(f"{name}: {words.counted(depths.get(name, 0))}" for name in queues)
        for row in rows:
            self._say(("", *words.in_short(row)))
        if rows:
            self._say(("", words.what_next(rows[0])))

    def _decide(self, wish: LetterWish, queues: Iterable[str], options: Mapping[str, Any]) -> None:
        if bool(options["ids"]) == options["all"]:
            raise CommandError("Name the messages, or say --all.", returncode=2)
        rows = _rows(queues) if options["all"] else [_found(each, waiting=True) for each in options["ids"]]
        if not rows:
            return self._say(["There is no dead letter."])
        if options["all"] and not options["yes"]:
            _confirm(words.question(wish, rows))
        ids = [row["_id"] for row in rows]
        dead_letters.wish_store(ids, wish, Actor.system(f"{getpass.getuser()} (manage.py)"))
        _await(ids, {row["queue"] for row in rows})
        return self._tell(wish, ids)

    def _tell(self, wish: LetterWish, ids: list[str]) -> None:
        states = {row["_id"]: LetterState(row["state"]) for row in dead_letters.letters_load(ids)}
        self._say(f"{letter_id[:8]}: {words.became(states[letter_id])}" for letter_id in ids)
        if missed := sum(state is not _DONE[wish] for state in states.values()):
            raise CommandError(f"{missed} of {len(ids)} not done.")


def _look(queues: Iterable[str]) -> None:
    """See what is there, and carry out what was decided."""
    broker, app = address(), queue.application()
    app.loader.import_default_modules()  # by then all tasks are known
    client = sqs_client(broker)
    for name in queues:
        queue_look(client, broker, name, frozenset(app.tasks))


def _await(ids: list[str], queues: Iterable[str]) -> None:
    """Look until everything was carried out, by us or by a background worker, or cannot be."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    _look(queues)
    while _undone(ids) and time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)
        _look(queues)


def _undone(ids: list[str]) -> bool:
    """Whether one still waits that was not seen to be missing."""
    rows = dead_letters.letters_load(ids)
    return any(row["state"] == LetterState.WAITING.value and row["missing_since"] is None for row in rows)


def _rows(queues: Iterable[str]) -> list[Row]:
    return [row for name in queues for row in dead_letters.letters_waiting(name)]


def _found(beginning: str, *, waiting: bool = False) -> Row:
    """The one letter whose id begins so; CommandError when there is none, or several, or it waits no more."""
    if len(beginning) < _SHORTEST_ID:
        raise CommandError(f"{beginning!r} is too short: write at least {_SHORTEST_ID} characters of the id.")
    found = dead_letters.letters_like(beginning)
    if not found:
        raise CommandError(f"There is no dead letter {beginning}. See: manage.py dead_letters list")
    if len(found) > 1:
        raise CommandError(f"Several ids begin with {beginning}: {', '.join(row['_id'] for row in found)}.")
    state = LetterState(found[0]["state"])
    if waiting and state is not LetterState.WAITING:
        raise CommandError(f"{words.short_id(found[0])} does not wait any more: {state.label}.")
    return found[0]


def _confirm(question: str) -> None:
    if not sys.stdin.isatty():
        raise CommandError(f"{question} Nobody is there to be asked; say --yes.", returncode=2)
    if input(f"{question} [y/N] ").strip().lower() not in {"y", "yes"}:
        raise CommandError("Nothing was done.")
