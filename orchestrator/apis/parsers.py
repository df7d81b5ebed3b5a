"""A request for a job whose values come in a file."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import MultiPartParser

from orchestrator.errors import InvalidValue
from orchestrator.values_files import LARGEST_BYTES, values_of_file, values_read

_FILE = "values_file"


class ValuesFileParser(MultiPartParser):
    """`multipart/form-data` as the plain body that JSON would be: the file is read, and its values are `values`."""

    def parse(  # type: ignore[override]
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        parts: Any = super().parse(stream, media_type, parser_context)
        body: dict[str, Any] = parts.data.dict()
        if unknown := sorted(set(parts.files) - {_FILE}):
            raise InvalidValue(f"There is no file called {unknown[0]}; send one as {_FILE}.", field=unknown[0])
        values = _of_file(parts.files[_FILE]) if _FILE in parts.files else {}
        if "values" in body:
            beside = values_read(body["values"])
            if not isinstance(beside, dict):
                raise InvalidValue("values must be names with values, as JSON or YAML.", field="values")
            values = {**values, **beside}
        return {**body, "values": values}


def _of_file(file: Any) -> dict[str, Any]:
    """`file` is Django's uploaded file."""
    content = file.read(LARGEST_BYTES + 1)
    return values_of_file(file.name or "", content)
