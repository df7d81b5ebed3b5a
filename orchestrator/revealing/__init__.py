"""Showing a stack's secret outputs to whoever may see them, sealed on the way: docs/decisions/0035."""
