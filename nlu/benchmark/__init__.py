"""How well the engine understands public evaluation sets and our own, and at what cost (`manage.py nlu_benchmark`)."""

from .report import lines
from .run import Figures, benchmark

__all__ = ["Figures", "benchmark", "lines"]
