"""What a run is told, and the settings under which its stack runs."""

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass

STACK_SETTINGS = {
    # Short, so that a lost worker is missed within seconds and a run fits into minutes.
    "LEASE_SECONDS": "4",
    "HEARTBEAT_SECONDS": "1",
    "SWEEP_SECONDS": "1",
    "STOP_GRACE_SECONDS": "20",
    "SQS_VISIBILITY_SECONDS": "15",
    "SQS_WAIT_SECONDS": "5",
    # Copies and redeliveries are the point here: they must not end among the dead letters.
    "SQS_MAX_RECEIVES": "50",
    "CHAT_RATE_MESSAGES": "100000",
    "LOG_FORMAT": "text",
    "LOG_LEVEL": "INFO",
}
LEASE_SECONDS = float(STACK_SETTINGS["LEASE_SECONDS"])


@dataclass(frozen=True)
class Options:
    jobs: int
    seed: int
    kills: int
    """How many disturbances at most; fewer when the work is done earlier."""
    lanes: int
    """Conversations at once, each with one job at a time."""
    targets: tuple[str, ...]
    """Of which targets; empty for all."""
    gap_seconds: float
    """Between two disturbances, on average."""
    machines: int
    """1: both workers see the same processes and run directories. 2: each believes to be on a machine of its own."""
    finish_seconds: float
    """How long, after the last disturbance, unfinished jobs may still take."""
    keep: bool

    def again(self) -> str:
        """The command that repeats this run."""
        more = {"TARGETS": ",".join(self.targets), "MACHINES": str(self.machines) if self.machines > 1 else ""}
        return f"make chaos N={self.jobs} SEED={self.seed} KILLS={self.kills}" + "".join(
            f" {name}={value}" for name, value in more.items() if value
        )


def parse(arguments: Sequence[str], targets: Sequence[str]) -> Options:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--jobs", type=int, default=40, help="How many jobs are asked for (default 40).")
    parser.add_argument("--seed", type=int, default=None, help="Of everything random; a new one when not given.")
    parser.add_argument("--kills", type=int, default=None, help="Disturbances at most (default: two for each job).")
    parser.add_argument("--lanes", type=int, default=3, help="Conversations at the same time (default 3).")
    parser.add_argument("--targets", default="", help=f"Only these, with commas: {', '.join(targets)}.")
    parser.add_argument("--gap", type=float, default=10.0, help="Mean seconds between disturbances (default 10).")
    parser.add_argument("--machines", type=int, choices=(1, 2), default=1, help="Of the two workers (default 1).")
    parser.add_argument("--finish", type=float, default=240.0, help="Seconds for the rest after the last one.")
    parser.add_argument("--keep", action="store_true", help="Keep the logs of a good run too.")
    given = parser.parse_args(list(arguments))
    chosen = tuple(each for each in given.targets.split(",") if each)
    if unknown := sorted(set(chosen) - set(targets)):
        parser.error(f"there is no target {', '.join(unknown)}; the targets are {', '.join(targets)}")
    return Options(
        jobs=given.jobs,
        seed=random.SystemRandom().randrange(1, 1_000_000) if given.seed is None else given.seed,
        kills=given.jobs * 2 if given.kills is None else given.kills,
        lanes=max(1, min(given.lanes, given.jobs)),
        targets=chosen,
        gap_seconds=given.gap,
        machines=given.machines,
        finish_seconds=given.finish,
        keep=given.keep,
    )
