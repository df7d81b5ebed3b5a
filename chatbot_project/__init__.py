"""Composition: how the parts are put together. Nobody imports this package but its own entry points."""
