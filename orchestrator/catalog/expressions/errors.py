"""How evaluating an expression can end without a value."""


class Unsupported(Exception):
    """Syntax or a function that we do not know: nothing can be said."""


class EvaluationError(Exception):
    """Terraform would report an error here; `can()` and `try()` catch it."""
