"""Terraform's expressions, as far as variable validations use them.

What is not known here raises Unsupported, and the caller leaves that condition to Terraform: a wrong "no" would stop
people from doing what is right, a missing "no" only comes later, at plan time.
"""

from .errors import EvaluationError, Unsupported
from .evaluate import evaluate

__all__ = ["EvaluationError", "Unsupported", "evaluate"]
