"""The disturbances of a run, from its seed alone: the same seed gives the same moments, targets and ways."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

KILL, PAUSE = "kill", "pause"
REFUSE, CUT, ERROR = "refuse", "cut", "error"

# Target -> (how often, the ways it is disturbed).
WEIGHTS: dict[str, tuple[int, tuple[str, ...]]] = {
    "terraform": (5, (KILL, KILL, KILL, PAUSE)),
    "pool-child": (5, (KILL, KILL, PAUSE)),
    "worker": (3, (KILL, KILL, PAUSE)),
    "worker-group": (3, (KILL,)),
    "machine": (2, (KILL,)),
    "web": (2, (KILL, KILL, PAUSE)),
    "scheduler": (2, (KILL, KILL, PAUSE)),
    "background": (1, (KILL,)),
    "redis": (1, (KILL, PAUSE)),
    "mongod": (2, (KILL, KILL, PAUSE)),
    "sqs": (2, (REFUSE, CUT, ERROR)),
}
"""worker: the parent process alone. worker-group: it and its pool. machine: these and their Terraform."""

TARGETS = tuple(WEIGHTS)
HOLDERS = frozenset({"terraform", "pool-child", "worker", "worker-group", "machine"})
"""Those whose end strikes a job in the middle; they wait for one that is being applied, mostly."""


@dataclass(frozen=True)
class Disturbance:
    number: int
    gap: float
    """Seconds after the one before."""
    target: str
    how: str
    seconds: float
    """How long a pause or an outage lasts; nothing for a kill."""
    while_applying: bool
    """Wait (not for ever) until Terraform applies something, then for `into` seconds more."""
    into: float
    pick: float
    """0 to 1: which one, where there are several."""

    def __str__(self) -> str:
        lasting = f" for {self.seconds:.1f} s" if self.seconds else ""
        when = " while applying" if self.while_applying else ""
        return f"{self.how} {self.target}{when}{lasting}"


def schedule(
    *, seed: int, count: int, gap_seconds: float, lease_seconds: float, targets: Sequence[str] = ()
) -> list[Disturbance]:
    """`count` disturbances of `targets` (all when there are none)."""
    chosen = random.Random(f"disturbances {seed}")
    names = list(targets or TARGETS)
    weights = [WEIGHTS[name][0] for name in names]
    return [_one(chosen, number, names, weights, gap_seconds, lease_seconds) for number in range(1, count + 1)]


def _one(
    chosen: random.Random, number: int, names: list[str], weights: list[int], gap: float, lease: float
) -> Disturbance:
    target = chosen.choices(names, weights)[0]
    how = chosen.choice(WEIGHTS[target][1])
    # Every one takes as many numbers, so that none depends on the kind of those before it.
    seconds, wait, apply, into, pick = (chosen.random() for _ in range(5))
    return Disturbance(
        number=number,
        gap=gap * (0.3 + 1.4 * wait),
        target=target,
        how=how,
        # Longer than a lease, so that somebody else takes the job and the sleeper wakes as a zombie.
        seconds=0.0 if how == KILL else lease * (1.3 + 1.2 * seconds),
        while_applying=target in HOLDERS and apply < 0.75,
        into=3.5 * into,
        pick=pick,
    )
