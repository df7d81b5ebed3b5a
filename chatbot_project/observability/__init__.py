"""Logs, health checks and metrics."""
