"""The kill test of the whole: `make chaos N=40 SEED=7` (docs/reference/reliability.md)."""
