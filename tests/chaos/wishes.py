"""What is asked for: each conversation's next wish, from the seed and from what its stacks have become."""

import random
from dataclasses import dataclass, field

CREATE, CHANGE, DESTROY, LOOK = "create", "change", "destroy", "look"
BUCKET, NETWORK = "bucket", "network"
_GIVE_UP_AFTER = 3
"""So many endings short of success, and nobody asks for that stack again."""


@dataclass
class Wanted:
    """One stack as the person wants it, and as far as they were told that it is so."""

    name: str
    kind: str
    cidr: str = ""
    versioning: bool = True
    exists: bool = False
    """Whether an approved plan may have made anything of it."""
    certain: bool = True
    """Whether the last job on it succeeded: then the cloud must be exactly so."""
    gone: bool = False
    failures: int = 0


@dataclass(frozen=True)
class Wish:
    what: str
    text: str
    stack: Wanted | None


@dataclass
class Lane:
    """The wishes of one conversation, one after the other."""

    number: int
    seed: int
    stacks: list[Wanted] = field(default_factory=list)
    _made: int = 0

    def __post_init__(self) -> None:
        self._chosen = random.Random(f"wishes {self.seed} {self.number}")

    def next(self) -> Wish:
        draw, which = self._chosen.random(), self._chosen.random()
        unfinished = [each for each in self.stacks if not each.certain and each.failures < _GIVE_UP_AFTER]
        if unfinished:
            # As a person would: what did not end well is asked for again.
            return self._again(unfinished[0])
        live = [each for each in self.stacks if each.exists and each.certain]
        if draw < 0.1:
            return Wish(LOOK, "list buckets", None)
        buckets = [each for each in live if each.kind == BUCKET]
        if draw < 0.3 and buckets:
            return self._change(buckets[int(which * len(buckets))])
        if draw < 0.55 and live:
            return _destroy(live[int(which * len(live))])
        return self._create(NETWORK if draw > 0.85 else BUCKET)

    def _again(self, stack: Wanted) -> Wish:
        return _destroy(stack) if stack.gone else Wish(CREATE, _creation(stack), stack)

    def _create(self, kind: str) -> Wish:
        self._made += 1
        name = f"{kind}-s{self.seed}-l{self.number}-n{self._made:02d}"
        if kind == NETWORK:
            name = f"net-s{self.seed % 100000}-l{self.number}-n{self._made:02d}"
        stack = Wanted(name, kind, cidr=f"10.{self.number * 40 + self._made}.0.0/16")
        self.stacks.append(stack)
        return Wish(CREATE, _creation(stack), stack)

    def _change(self, stack: Wanted) -> Wish:
        stack.versioning = not stack.versioning
        turn = "on" if stack.versioning else "off"
        return Wish(CHANGE, f"turn {turn} versioning for the staging bucket {stack.name}", stack)


def _creation(stack: Wanted) -> str:
    if stack.kind == NETWORK:
        return f"create a staging network called {stack.name} with the range {stack.cidr}"
    how = "with" if stack.versioning else "without"
    return f"create a staging bucket called {stack.name} {how} versioning"


def _destroy(stack: Wanted) -> Wish:
    stack.gone = True
    return Wish(DESTROY, f"delete the staging {stack.kind} {stack.name}", stack)
