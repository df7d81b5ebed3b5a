"""Training data in files: our own YAML, and what other frameworks write. Knows neither Django nor MongoDB.

content = read(files_at(Path("nlu.yml")))    # any format; raises ImportRefused with file and line
text = write_yaml(content)                   # our own format, which reads back exactly
"""

from .content import Content, EntityItem, FilePlace, IntentItem, Note, Phrase
from .files import files_at, files_of
from .formats import FORMATS, read
from .rasa_writing import write_rasa
from .writing import write_yaml

__all__ = [
    "FORMATS",
    "Content",
    "EntityItem",
    "FilePlace",
    "IntentItem",
    "Note",
    "Phrase",
    "files_at",
    "files_of",
    "read",
    "write_rasa",
    "write_yaml",
]
