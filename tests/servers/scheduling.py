"""Which tests run in the same test process: those that share something expensive.

pytest-xdist has `xdist_group` marks for this, but 3.8 writes the group into a private attribute that pytest 9.2 no
longer has, so the marks do nothing. Here the file decides.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

_GROUPS = {
    "tests/e2e/": "stack",
    "tests/integration/devstack/test_stack.py": "stack",
    "tests/integration/devstack/test_own_stack.py": "own-stack",
    # Whoever comes first there trains the whole catalogue for the others.
    "tests/integration/mongo/test_turns_trained.py": "trained",
    # The kill set's servers, workers and schedulers twice, not once for every test process.
    "tests/chaos/test_kill_at_every_transition.py": "kills",
    "tests/chaos/test_kill_with_the_real_terraform.py": "real-kills",
    "tests/chaos/": "more-kills",
    # They wait for queues most of the time, so one process is enough for them, while others use the processor.
    "tests/integration/sqs/": "sqs",
}


class SharedServersScheduling(LoadGroupScheduling):
    """Tests of one group go to one process; every other test goes wherever there is room."""

    def _split_scope(self, nodeid: str) -> str:
        return next((group for start, group in _GROUPS.items() if nodeid.startswith(start)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharedServersScheduling | None:
    """For the usual ways of spreading tests; whoever asks for another one gets it."""
    return SharedServersScheduling(config, log) if config.getvalue("dist") in {"load", "loadgroup"} else None
