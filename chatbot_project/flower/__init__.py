"""Flower as we run it: signed in, on Redis, and unable to send tasks."""
