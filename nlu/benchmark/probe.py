"""What one message costs in a process that does nothing else: time on one core, and memory. Runs in a fresh process."""

import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import psutil

_WARM = 50


@dataclass(frozen=True)
class Cost:
    p50_ms: float
    p99_ms: float
    busy_p50_ms: float
    """The same counted in time of the processor: what a machine with other work cannot spoil."""
    busy_p99_ms: float
    memory_mb: float
    """What the engine and the model add to a process with numpy."""


def cost_of(artefact: Path, encoder: Path | None, texts: Sequence[str]) -> Cost:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(theirs, artefact, encoder, list(texts)))
    process.start()
    theirs.close()
    try:
        found: Cost = ours.recv()
    finally:
        process.join()
    return found


def _measure(answer: Connection, artefact: Path, encoder: Path | None, texts: list[str]) -> None:
    import numpy as np

    def resident() -> float:
        return float(psutil.Process().memory_info().rss) / 1e6

    before = resident()
    from nlu import artefacts
    from nlu.encoder import Encoder
    from nlu.pipeline import Pipeline

    pipeline = Pipeline(artefacts.load(artefact.read_bytes()), Encoder.load(encoder) if encoder else None)
    for text in texts[:_WARM]:
        pipeline.understand(text)
    walls, busies = [], []
    for text in texts:
        wall, busy = time.perf_counter(), time.thread_time()
        pipeline.understand(text)
        busies.append(time.thread_time() - busy)
        walls.append(time.perf_counter() - wall)
    p50, p99, busy_p50, busy_p99 = (float(np.percentile(each, at)) * 1e3 for each in (walls, busies) for at in (50, 99))
    answer.send(Cost(p50, p99, busy_p50, busy_p99, memory_mb=resident() - before))
