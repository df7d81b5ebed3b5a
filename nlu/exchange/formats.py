"""Which format files are in, and reading them as one."""

import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from ..errors import ImportRefused
from .clu import is_clu, read_clu
from .content import Content, FilePlace, Note
from .dialogflow import is_dialogflow, read_dialogflow
from .json_nodes import json_node
from .luis import is_luis, read_luis
from .nodes import Node
from .own import is_own, read_own
from .rasa_json import is_rasa_json, read_rasa_json
from .rasa_yaml import is_rasa_yaml, read_rasa_yaml
from .snips import is_snips, read_snips
from .yaml_nodes import yaml_node

FORMATS: dict[str, tuple[Callable[[Node], bool], Callable[[list[Node]], Content]]] = {
    "Infrachat YAML": (is_own, read_own),
    "Rasa YAML": (is_rasa_yaml, read_rasa_yaml),
    "Rasa JSON": (is_rasa_json, read_rasa_json),
    "CLU": (is_clu, read_clu),
    "LUIS": (is_luis, read_luis),
    "Snips": (is_snips, read_snips),
}
_DIALOGFLOW = "Dialogflow"
_LOOKS_LIKE_DATA = re.compile(
    r"^(?:nlu|format|intents)\s*:|\"(?:rasa_nlu_data|luis_schema_version|projectFileVersion|utterances|userDefined)\"",
    re.MULTILINE,
)


def read(files: Mapping[str, str]) -> Content:
    """Training data of {file name: text}, all of one format. Raises ImportRefused with the file and the line."""
    roots, left = _roots(files)
    if is_dialogflow(roots):
        return read_dialogflow(roots)
    named = {path: _format_of(root) for path, root in roots.items()}
    found = list(dict.fromkeys(name for name in named.values() if name is not None))
    if not found:
        first = next(iter(files), "")
        known = ", ".join((*FORMATS, _DIALOGFLOW))
        FilePlace(first or "nothing", 1).refuse(f"no training data of a known format is here. Known: {known}.")
    if len(found) > 1:
        other = next(path for path, name in named.items() if name == found[1])
        FilePlace(other, 1).refuse(f"this is {found[1]}, and other files are {found[0]}; import one format at a time.")
    content = FORMATS[found[0]][1]([root for path, root in roots.items() if named[path]])
    left += [Note("no training data; left alone", FilePlace(path, 1)) for path, name in named.items() if name is None]
    return Content(content.intents, content.entities, content.out_of_scope, (*content.notes, *left), content.format)


def _roots(files: Mapping[str, str]) -> tuple[dict[str, Node], list[Note]]:
    """The files' trees. Among several, what cannot be read and does not look like training data is left alone."""
    roots: dict[str, Node] = {}
    left: list[Note] = []
    for path, text in files.items():
        try:
            roots[path] = _root(path, text)
        except ImportRefused as refused:
            if len(files) == 1 or _LOOKS_LIKE_DATA.search(text):
                raise
            left.append(Note(f"cannot be read, and is left alone ({refused.detail})", FilePlace(path, 1)))
    return roots, left


def _root(path: str, text: str) -> Node:
    return json_node(path, text) if PurePosixPath(path).suffix.lower() == ".json" else yaml_node(path, text)


def _format_of(root: Node) -> str | None:
    return next((name for name, (fits, _) in FORMATS.items() if fits(root)), None)
