"""Measurements of the real stack: `make bench`."""
