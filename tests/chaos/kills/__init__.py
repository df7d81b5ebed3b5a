"""The deterministic kill set: one job at a time on real servers and real processes, killed at one place by name."""
