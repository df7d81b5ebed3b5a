"""A blueprint or an action that cannot be used, as its author needs to hear it."""


class CatalogError(Exception):
    """The sentence names the file, the field and what would be right."""
