"""Understanding needs numpy alone: what trains stays out of the processes that answer."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["nlu.pipeline", "nlu.artefacts", "nlu.model", "nlu.training", "nlu.base_data"])
def test_the_engine_imports_neither_scikit_learn_nor_django(module: str) -> None:
    program = (
        f"import sys, {module}; "
        "print([name for name in ('sklearn', 'scipy', 'django', 'celery', 'pymongo') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
