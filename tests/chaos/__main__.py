"""The whole run: `python -m tests.chaos --jobs 40 --seed 7`. Exit code 0 only with nothing lost, doubled or left."""

import asyncio
import contextlib
import itertools
import os
import shutil
import signal
import sys
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

from chatbot_project.devstack import runs
from conversations.terminal.tokens import obtain_token
from tests.servers.processes import PROJECT

from . import report
from .cloud import dead_letters, look
from .disturber import Disturber
from .history import history, until_all_ended
from .ledger import Ledger
from .options import LEASE_SECONDS, Options, parse
from .people import Requester, connected
from .recovery import Recovery
from .schedule import TARGETS, schedule
from .verdict import Verdict, judge
from .wishes import Lane
from .world import World, world

# Nobody waits for ever: so many seconds for each job of a lane, and the machine's share besides.
_SECONDS_A_JOB = 150.0


def main() -> int:
    options = parse(sys.argv[1:], TARGETS)
    directory = _directory(options)
    _say(f"{options.again()}\nEverything of this run is in {directory}")
    verdict: Verdict | None = None
    try:
        verdict = asyncio.run(_interruptible(options, directory))
    except (KeyboardInterrupt, asyncio.CancelledError):
        _say("Interrupted; everything that was started has been ended.")
    except TimeoutError as error:
        _say(f"Given up: {error}")
    finally:
        kept = _tidied(directory, all_of_it=verdict is not None and verdict.is_good and not options.keep)
    _say(kept)
    return 2 if verdict is None else 0 if verdict.is_good else 1


def _tidied(directory: Path, *, all_of_it: bool) -> str:
    """Remove what nobody reads; says what is left."""
    stack = directory / "stack"
    for each in [stack] if all_of_it else [stack / name for name in ("mongo", "home", "runs")]:
        shutil.rmtree(each, ignore_errors=True)
    if all_of_it:
        return f"Good. The report is {directory / 'report.json'}"
    return f"Logs and documents are in {stack}, the report, if there is one, is beside it."


async def _interruptible(options: Options, directory: Path) -> Verdict:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    place = directory / "stack"
    async with world(place, seed=options.seed, machines=options.machines, say=_say) as stack:
        return await _run(options, stack, directory)


async def _run(options: Options, stack: World, directory: Path) -> Verdict:
    began = time.monotonic()
    ledger, recovery = Ledger(), Recovery(stack)
    planned = schedule(
        seed=options.seed,
        count=options.kills,
        gap_seconds=options.gap_seconds,
        lease_seconds=LEASE_SECONDS,
        targets=options.targets,
    )
    disturber = Disturber(stack, planned, recovery, _say)
    token, _ = await obtain_token(stack.addresses.web, "demo", stack.password)
    watcher = asyncio.create_task(recovery.watch())
    try:
        await _people(options, stack, ledger, disturber, token)
        await until_all_ended(stack, options.finish_seconds, _say)
        stored = await history(stack, token, list(ledger.conversations))
        cloud = await asyncio.to_thread(look, stack.addresses.cloud_endpoint, stack.recording)
    finally:
        watcher.cancel()
    left = [f"process {each.pid} ({each.name()}) still runs" for each in runs.processes(stack.runs)]
    if dead := await asyncio.to_thread(dead_letters, stack.addresses.sqs_endpoint):
        left.append(f"{dead} messages are dead letters")
    verdict = judge(ledger, stored, cloud, left)
    seconds = time.monotonic() - began
    await asyncio.to_thread(report.dump, stack, directory / "stack")
    report.save(report.as_json(options, stack, stored, disturber.deeds, recovery, verdict, seconds), directory)
    _say("\n" + report.table(options, stored, disturber.deeds, recovery, verdict, seconds))
    for sentence in [*verdict.notes, *verdict.sentences()]:
        _say(f"- {sentence}")
    return verdict


async def _people(options: Options, stack: World, ledger: Ledger, disturber: Disturber, token: str) -> None:
    """Let them ask while things are disturbed; the disturbances end with their last wish."""
    approver_token, _ = await obtain_token(stack.addresses.web, "approver", stack.password)
    numbers = itertools.count(1)

    def next_number() -> int | None:
        number = next(numbers)
        return number if number <= options.jobs else None

    async with AsyncExitStack() as opened:
        approver = await connected(stack.addresses.web, approver_token)
        opened.push_async_callback(approver.close)
        requesters = []
        for number in range(1, options.lanes + 1):
            client = await connected(stack.addresses.web, token)
            opened.push_async_callback(client.close)
            lane = Lane(number, options.seed)
            requesters.append(Requester(lane, client, approver, ledger, _say))
        disturbing = asyncio.create_task(disturber.run())
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_SECONDS_A_JOB * options.jobs / options.lanes + 300):
                    await asyncio.gather(*(each.run(next_number) for each in requesters))
        finally:
            disturbing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await disturbing


def _directory(options: Options) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    directory = PROJECT / "test-results" / "chaos" / f"{stamp}-seed-{options.seed}-{os.getpid()}"
    (directory / "stack").mkdir(parents=True, mode=0o700)
    return directory


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
