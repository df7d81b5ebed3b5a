"""What an operation's answer holds, as far as its model says: where an expression looks for what cannot be there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from .mistakes import BadDefinition, near_or_all

# Texts that botocore replaces by the JSON value they hold.
_TEXTS_WITH_VALUES = frozenset({"policyDocumentType", "TemplateBody"})


@dataclass(frozen=True)
class Record:
    """A value with these members and no others."""

    path: str
    members: Mapping[str, "Answer | Shape"]


@dataclass(frozen=True)
class Many:
    path: str
    element: "Answer | Shape"


@dataclass(frozen=True)
class Keyed:
    """A map whose keys nobody knows beforehand."""

    path: str
    value: "Answer | Shape"


@dataclass(frozen=True)
class Plain:
    """A text, a number, a truth value."""

    path: str


# None: it cannot be known.
Answer: TypeAlias = Record | Many | Keyed | Plain | None


def answer_of(operation: OperationModel) -> Answer:
    """All that `operation` answers, at the path of its own name."""
    if operation.output_shape is None:
        return Record(operation.name, {})
    return opened(operation.output_shape, operation.name)


def opened(found: "Answer | Shape", path: str) -> Answer:
    """One level of a shape: shapes may hold themselves."""
    if not isinstance(found, Shape):
        return found
    if isinstance(found, StructureShape):
        return None if found.is_document_type else Record(path, found.members)
    if isinstance(found, ListShape):
        return Many(path, found.member)
    if isinstance(found, MapShape):
        return Keyed(path, found.value)
    is_value = found.name in _TEXTS_WITH_VALUES or found.serialization.get("jsonvalue")
    return None if is_value else Plain(path)


def member_of(found: Answer, name: str) -> Answer:
    """What `found.name` gives. Raises BadDefinition when it can give nothing."""
    match found:
        case Record(path, members):
            if name not in members:
                raise BadDefinition(f"result.jmespath: {path} has no member {name}.{near_or_all(name, members)}")
            return opened(members[name], f"{path}.{name}")
        case Keyed(path, value):
            return opened(value, f"{path}.{name}")
        case Many(path):
            raise BadDefinition(f"result.jmespath: {path} is a list; write [].{name} for the {name} of each.")
        case Plain(path):
            raise BadDefinition(f"result.jmespath: {path} is a single value, which has no member {name}.")
    return None


def element_of(found: Answer, *, written: str) -> Answer:
    """What each element of a list is. Raises BadDefinition when `found` is none."""
    match found:
        case Many(path, element):
            return opened(element, f"{path}[]")
        case Record(path) | Keyed(path) | Plain(path):
            _no_list(path, written)
    return None


def value_of(found: Answer) -> Answer:
    """What each value of an object is; of a record they differ. Raises BadDefinition when `found` is none."""
    match found:
        case Keyed(path, value):
            return opened(value, f"{path}.*")
        case Many(path) | Plain(path):
            raise BadDefinition(f"result.jmespath: {path} has no members, so .* finds nothing in it.")
    return None


def flattened(found: Answer) -> Answer:
    """A list of lists as one list."""
    element = element_of(found, written="[]")
    if found is None or element is None:
        return None
    if isinstance(element, Many):
        return Many(element.path, element.element)
    return found


def _no_list(path: str, written: str) -> NoReturn:
    raise BadDefinition(f"result.jmespath: {path} is no list, so {written} finds nothing in it. Leave {written} out.")
