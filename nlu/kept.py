"""Trained models on this machine's disk, so that the same phrases are learned once: an installation that begins anew,
or one of its tests, takes what another one has trained. Off without a directory."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from . import artefacts
from .encoder import Encoder
from .errors import ArtefactDamaged
from .fitting import Options
from .model import Model, data_digest
from .training import Progress, train
from .types import TrainingData

_MOST = 8


def trained(
    data: TrainingData, *, options: Options, progress: Progress, encoder: Encoder | None, directory: Path | None
) -> Model:
    """As `training.train`, or what that made of the same data before, with the figures of then. Whoever comes while it
    is being trained elsewhere on this machine waits for it."""
    if directory is None:
        return train(data, options=options, progress=progress, encoder=encoder)
    path = directory / f"{_key(data, options, encoder)}.npz"
    with _held(path):
        found = _found(path)
        if found is not None:
            progress("The same was trained here before.", 1.0)
            return found
        model = train(data, options=options, progress=progress, encoder=encoder)
        _keep(path, artefacts.dump(model))
        return model


def _key(data: TrainingData, options: Options, encoder: Encoder | None) -> str:
    parts = (data_digest(data, encoder.id if encoder else None), repr(options), _code())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


@cache
def _code() -> str:
    """Of the engine itself: another one learns something else."""
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"\0".join(each.read_bytes() for each in sources)).hexdigest()


def _found(path: Path) -> Model | None:
    try:
        model = artefacts.load(path.read_bytes())
        path.touch()
    except (OSError, ArtefactDamaged):
        return None
    return model


def _keep(path: Path, content: bytes) -> None:
    """A disk that is full or forbidden is no reason not to have a model."""
    draft = path.with_suffix(f".{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.rename(path)
        latest = sorted(path.parent.glob("*.npz"), key=lambda each: each.stat().st_mtime, reverse=True)
        for old in latest[_MOST:]:
            old.unlink(missing_ok=True)
            old.with_suffix(".lock").unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            draft.unlink()


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Nobody else on this machine trains the same while inside; where nothing can be written, everybody does."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = path.with_suffix(".lock").open("w")
    except OSError:
        yield
        return
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
