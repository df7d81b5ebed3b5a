"""What was found in a module, as everybody may know it who is not looking himself."""

from dataclasses import dataclass

MOST_ARCHIVE_BYTES = 20_000_000
"""Of an archive as it is uploaded."""


@dataclass(frozen=True)
class Finding:
    """Something that a module may do only where an administrator allowed it; `key` names it in that allowance."""

    key: str
    sentence: str
    allowable: bool = True
