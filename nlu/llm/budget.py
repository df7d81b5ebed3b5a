"""What a bot may spend in a day. The counting is done where all processes see it (nlu.llm_usage, in MongoDB)."""

from typing import Protocol


class Budget(Protocol):
    def take(self) -> None:
        """Count one request before it is made. Raises BudgetSpent."""

    def spend(self, tokens: int) -> None:
        """Count what an answer cost."""


class Unlimited:
    """For trying things out: counts, and never refuses."""

    def __init__(self) -> None:
        self.requests = self.tokens = 0

    def take(self) -> None:
        self.requests += 1

    def spend(self, tokens: int) -> None:
        self.tokens += tokens
