"""What Terraform complains about, in words for people, with a stable code and whether a retry can help."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from orchestrator.executors.cloudwords import cloud_words
from orchestrator.sentences import joined, stated, stated_many, word_stated

_RULE = re.compile(r"\s*This was checked by the validation rule at [^\n]*\s*\Z")
_INVALID = {"Invalid value for variable", "Invalid value for input variable"}


class Plain(NamedTuple):
    code: str
    detail: str
    retryable: bool = False


def _no_provider(why: str) -> Plain:
    text = stated(
        "A provider that the blueprint needs is not in the mirror, and the registry did not give it: %(why)s", why=why
    )
    return Plain("provider_missing", text, retryable=True)


def _other_lock(why: str) -> Plain:
    text = stated("The providers found do not match the blueprint's stored provider lock: %(why)s", why=why)
    return Plain("provider_lock_mismatch", text)


def _locked(_why: str) -> Plain:
    text = stated("The stack's state is locked by somebody else, or by a run that was killed. Try again later.")
    return Plain("state_locked", text, retryable=True)


def _not_there(_why: str) -> Plain:
    text = stated("What is to be imported does not exist. Check its name, and whether it is where this environment is.")
    return Plain("import_missing", text)


def _stale(_why: str) -> Plain:
    return Plain("plan_stale", stated("The stack's state changed after the plan was made."))


_BY_SUMMARY: dict[str, Callable[[str], Plain]] = {
    "Cannot import non-existent remote object": _not_there,
    "Failed to query available provider packages": _no_provider,
    "Failed to install provider": _no_provider,
    "Failed to install providers": _no_provider,
    "Inconsistent dependency lock file": _other_lock,
    "Provider dependency changes detected": _other_lock,
    "Error acquiring the state lock": _locked,
    "Saved plan is stale": _stale,
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
            return Plain("invalid_value", joined(each.detail for each in distinct))
        more = len(distinct) - 1
        first = distinct[0]
        rest = stated_many("(%(number)s more in the log.)", "(%(number)s more in the log.)", more)
        return first._replace(detail=joined((first.detail, rest))) if more else first
    said = stderr or "\n".join(other)
    if "panic:" in said or "crashed" in said:
        return Plain(
            "terraform_crashed", stated("Terraform or a provider crashed. The log says where."), retryable=True
        )
    last = next((line.strip(" ╷│╵") for line in reversed(said.splitlines()) if line.strip(" ╷│╵")), "")
    failed = stated("Terraform failed: %(why)s", why=last) if last else stated("Terraform failed and did not say why.")
    return Plain("terraform_error", failed)


def _by_summary(diagnostic: Diagnostic) -> Plain | None:
    summary, detail = diagnostic.summary, diagnostic.detail
    if summary in _INVALID:
        about = f"{diagnostic.variable}: " if diagnostic.variable else ""
        return Plain("invalid_value", joined((about, word_stated(_RULE.sub("", detail))), ""))
    if "Failed to get existing workspaces" in summary and "does not exist" in summary:
        return Plain("state_bucket_missing", stated("The state bucket does not exist. `manage.py provision` makes it."))
    plain = _BY_SUMMARY.get(summary)
    return plain(_first_line(detail)) if plain else None


def _by_place(diagnostic: Diagnostic) -> Plain | None:
    """An error that points into the module is the blueprint's, whatever it says, unless a resource made it."""
    if diagnostic.severity != "error" or not diagnostic.file or diagnostic.address:
        return None
    where = diagnostic.file.removeprefix("module/")
    said = _sentence(diagnostic.summary, diagnostic.detail)
    if diagnostic.file == "main.tf.json":
        return Plain("module_mismatch", stated("The request does not fit the blueprint's module: %(why)s", why=said))
    text = stated(
        "The blueprint's module has a mistake in %(file)s, line %(line)s: %(why)s",
        file=where,
        line=diagnostic.line,
        why=said,
    )
    return Plain("module_invalid", text)


def _sentence(summary: str, detail: str) -> str:
    first = _first_line(detail)
    text = f"{_first_line(summary)}: {first}" if first and first not in summary else _first_line(summary)
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _first_line(text: str) -> str:
    """The first paragraph on one line."""
    return " ".join(text.strip().partition("\n\n")[0].split())
