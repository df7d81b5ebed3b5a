"""What the scheduler looks for at every round on behalf of language understanding. Light: no engine comes with it."""

from .archive.sweep import archive_sweep
from .runs.requests import training_sweep

__all__ = ["archive_sweep", "training_sweep"]
