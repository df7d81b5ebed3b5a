"""What Terraform complains about, in words for people, with a stable code and whether a retry can help."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from orchestrator.executors.cloudwords import cloud_words

_RULE = re.compile(r"\s*This was checked by the validation rule at [^\n]*\s*\Z")
_INVALID = {"Invalid value for variable", "Invalid value for input variable"}


class Plain(NamedTuple):
    code: str
    detail: str
    retryable: bool = False


_NO_PROVIDER = Plain(
    "provider_missing",
    "A provider that the blueprint needs is not in the mirror, and the registry did not give it: {}",
    retryable=True,
)
_OTHER_LOCK = Plain(
    "provider_lock_mismatch", "The providers found do not match the blueprint's stored provider lock: {}"
)
_LOCKED = "The stack's state is locked by somebody else, or by a run that was killed. Try again later."
_NOT_THERE = Plain(
    "import_missing",
    "What is to be imported does not exist. Check its name, and whether it is where this environment is.",
)
_BY_SUMMARY = {
    "Cannot import non-existent remote object": _NOT_THERE,
    "Failed to query available provider packages": _NO_PROVIDER,
    "Failed to install provider": _NO_PROVIDER,
    "Failed to install providers": _NO_PROVIDER,
    "Inconsistent dependency lock file": _OTHER_LOCK,
    "Provider dependency changes detected": _OTHER_LOCK,
    "Error acquiring the state lock": Plain("state_locked", _LOCKED, retryable=True),
    "Saved plan is stale": Plain("plan_stale", "The stack's state changed after the plan was made."),
}


@dataclass(frozen=True)
class Diagnostic:
    severity: str
    summary: str
    detail: str = ""
    address: str = ""
    file: str = ""
    line: int = 0
    code: str = ""
    """The configuration it is about, as written."""
    variable: str = ""

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Diagnostic":
        """From the `diagnostic` of a message; see Terraform's `internals/machine-readable-ui`."""
        where, snippet = document.get("range") or {}, document.get("snippet") or {}
        traversals = (str(value.get("traversal", "")) for value in snippet.get("values") or ())
        return cls(
            severity=str(document.get("severity", "error")),
            summary=str(document.get("summary", "")).strip(),
            detail=str(document.get("detail", "")).strip(),
            address=str(document.get("address", "")),
            file=str(where.get("filename", "")),
            line=int((where.get("start") or {}).get("line", 0)),
            code=str(snippet.get("code", "")),
            variable=next((name.removeprefix("var.") for name in traversals if name.startswith("var.")), ""),
        )

    @property
    def about_sensitive_output(self) -> bool:
        return self.summary == "Output refers to sensitive values"

    def plain(self) -> Plain:
        for words in (_by_summary(self), cloud_words(f"{self.summary}\n{self.detail}"), _by_place(self)):
            if words is not None:
                return Plain(*words)
        return Plain("terraform_error", _sentence(self.summary, self.detail))


def plain_error(errors: Sequence[Diagnostic], other: Sequence[str], stderr: str) -> Plain:
    """The first error in words, and how many more there are; falls back to what was said outside of the protocol."""
    if errors:
        distinct = list(dict.fromkeys(each.plain() for each in errors))
        if all(each.code == "invalid_value" for each in distinct):
            return Plain("invalid_value", " ".join(each.detail for each in distinct))
        more = len(distinct) - 1
        first = distinct[0]
        return first._replace(detail=f"{first.detail} ({more} more in the log.)") if more else first
    said = stderr or "\n".join(other)
    if "panic:" in said or "crashed" in said:
        return Plain("terraform_crashed", "Terraform or a provider crashed. The log says where.", retryable=True)
    last = next((line.strip(" ╷│╵") for line in reversed(said.splitlines()) if line.strip(" ╷│╵")), "")
    return Plain("terraform_error", f"Terraform failed: {last}" if last else "Terraform failed and did not say why.")


def _by_summary(diagnostic: Diagnostic) -> Plain | None:
    summary, detail = diagnostic.summary, diagnostic.detail
    if summary in _INVALID:
        about = f"{diagnostic.variable}: " if diagnostic.variable else ""
        return Plain("invalid_value", about + _RULE.sub("", detail))
    if "Failed to get existing workspaces" in summary and "does not exist" in summary:
        return Plain("state_bucket_missing", "The state bucket does not exist. `manage.py provision` makes it.")
    plain = _BY_SUMMARY.get(summary)
    return plain._replace(detail=plain.detail.format(_first_line(detail))) if plain else None


def _by_place(diagnostic: Diagnostic) -> Plain | None:
    """An error that points into the module is the blueprint's, whatever it says, unless a resource made it."""
    if diagnostic.severity != "error" or not diagnostic.file or diagnostic.address:
        return None
    where = diagnostic.file.removeprefix("module/")
    said = _sentence(diagnostic.summary, diagnostic.detail)
    if diagnostic.file == "main.tf.json":
        return Plain("module_mismatch", f"The request does not fit the blueprint's module: {said}")
    return Plain("module_invalid", f"The blueprint's module has a mistake in {where}, line {diagnostic.line}: {said}")


def _sentence(summary: str, detail: str) -> str:
    first = _first_line(detail)
    text = f"{_first_line(summary)}: {first}" if first and first not in summary else _first_line(summary)
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _first_line(text: str) -> str:
    """The first paragraph on one line."""
    return " ".join(text.strip().partition("\n\n")[0].split())
