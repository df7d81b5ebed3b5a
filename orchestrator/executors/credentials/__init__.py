"""How a worker gets into an environment's cloud: one adapter for each kind of cloud (registry.py)."""
