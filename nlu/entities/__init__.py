"""Values in a message: lists, patterns, names and built-in types, with spans and without overlaps."""

from .extractor import EntityExtractor

__all__ = ["EntityExtractor"]
