"""Measure the real stack, print a table, write test-results/bench.json."""

import asyncio
import os
import tempfile
from pathlib import Path

import django

from tests.bench.figures import Figure, save, table
from tests.servers.stack import PROJECT, RunningStack, stack_running

RESULTS = PROJECT / "test-results" / "bench.json"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatbot_project.settings.test")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()
    # Before the stack: it would take its share of the machine.
    figures = _measure_alone()
    with tempfile.TemporaryDirectory() as name:
        print("Starting a stack of its own ...", flush=True)
        # One sender stands for many people here.
        with stack_running(Path(name), CHAT_RATE_MESSAGES="1000000", SWEEP_SECONDS="5") as stack:
            figures += _measure(stack)
    print(table(figures))
    save(figures, RESULTS)
    print(f"\nAlso in {RESULTS.relative_to(PROJECT)}")


def _measure_alone() -> list[Figure]:
    from tests.bench import blueprints, job_pages

    print("A module of many variables ...", flush=True)
    figures = blueprints.measure()
    print("The browser: a long log, typing, a graph ...", flush=True)
    return figures + job_pages.measure()


def _measure(stack: RunningStack) -> list[Figure]:
    from tests.bench import acknowledgements, events, jobs, pages, plans

    figures: list[Figure] = []
    print("Acknowledgements ...", flush=True)
    figures += asyncio.run(acknowledgements.measure(stack))
    print("Jobs and raw Terraform ...", flush=True)
    figures += asyncio.run(jobs.measure(stack))
    print("Policy and cost ...", flush=True)
    figures += plans.measure()
    print("The chat page ...", flush=True)
    figures += pages.measure(stack.base_url, "demo", stack.users["demo"])
    print("Events ...", flush=True)
    return figures + events.measure(stack)


if __name__ == "__main__":
    main()
