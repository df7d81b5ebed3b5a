"""Celery on SQS: a transport that survives faults, a control plane on Redis, leases on messages held."""
