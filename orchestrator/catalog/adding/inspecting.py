"""What a module would do besides making infrastructure: run programs here, read files here, fetch from elsewhere.

Looked for in the parsed files that Terraform would load, and once more in their text: what our parser reads otherwise
than Terraform must not hide anything. Providers are held a third time by Terraform's own configuration (checking.py).
"""

import posixpath
import re
from collections.abc import Collection, Iterator
from typing import Any

from ..archive import Files
from ..configuration import Block, Configuration, configuration_read, is_configuration, labels_of, parent
from ..errors import CatalogError
from .findings import Finding
from .providers import PUBLIC, source_of, source_shown

_RUNS = ("local-exec", "remote-exec", "file", "chef", "puppet", "habitat", "salt-masterless")
_PROVISIONER = re.compile(rf'\bprovisioner\b[\s"\\{{[:]*({"|".join(_RUNS)})\b')
_EXTERNAL = re.compile(r'\bdata\b[\s"\\{[:]*external\b')
_COMMENT = re.compile(r"^\s*(?:#|//).*$", re.MULTILINE)
# Reading what lies beside the module's own files is what these functions are for; any other path is the worker's.
_READS = re.compile(
    r"(?<![\w.-])(file|fileexists|fileset|filebase64|filemd5|filesha1|filesha256|filesha512|filebase64sha256"
    r"|filebase64sha512|templatefile)\s*\((?!\s*(?:path\.module\s*[,)]|\\?\"\$\{path\.module\}/(?:(?!\.\.)[^\"$\\])*\\?\"))"
)
# Prose: a text on one line without a template in it.
_PLAIN_TEXT = re.compile(r'"(?:[^"\\\n$%]|\\.|[$%](?!\{))*"')
_MOST_DIRECTORIES = 30
_STATE = "terraform_remote_state"


def module_inspect(files: Files, configuration: Configuration, providers: Collection[str]) -> list[Finding]:
    """What in the module needs to be allowed, each once. `providers` are the sources that need not be.

    `configuration` is that of the module's own directory; those it calls are read too. Raises CatalogError.
    """
    found: dict[str, Finding] = {}
    for directory, parsed in _reached(files, configuration, found):
        for each in (
            *_programs(parsed), *_providers(parsed, providers), *_configured(parsed),
            *_in_text(files, directory), *_in_expressions(parsed),
        ):  # fmt: skip
            found.setdefault(each.key, each)
    return sorted(found.values(), key=lambda each: (each.allowable, each.key))


def _reached(
    files: Files, configuration: Configuration, found: dict[str, Finding]
) -> Iterator[tuple[str, Configuration]]:
    """Every directory that Terraform would load, with its configuration; module calls that lead elsewhere are found."""
    waiting, seen = {"": configuration}, set()
    while waiting:
        directory, parsed = waiting.popitem()
        seen.add(directory)
        if len(seen) > _MOST_DIRECTORIES:
            raise CatalogError(f"It calls more than {_MOST_DIRECTORIES} modules of its own.")
        yield directory, parsed
        for path, name, body in parsed.labelled("module"):
            inner, finding = _called(directory, path, name, body, files)
            if finding is not None:
                found.setdefault(finding.key, finding)
            elif inner not in seen | waiting.keys():
                waiting[inner] = configuration_read(files, inner)


def _called(directory: str, path: str, name: str, body: Block, files: Files) -> tuple[str, Finding | None]:
    source = str(body.get("source", "")).strip('"')
    key, where = f"module:{source}", f"module.{name} ({path})"
    if "${" in source:
        return "", Finding(key, f"{where} takes its source from an expression, which Terraform cannot.", False)
    if not source.startswith(("./", "../")):
        return "", Finding(key, f"{where} fetches another module from outside the archive: {source}.")
    inner = posixpath.normpath(posixpath.join(directory, source))
    inner = "" if inner == "." else inner
    if inner == ".." or inner.startswith("../"):
        return "", Finding(key, f"{where} takes a module from outside the archive: {source}.", False)
    if not any(is_configuration(each) and parent(each) == inner for each in files):
        return "", Finding(key, f"{where} takes a module from {source}, which is not in the archive.", False)
    return inner, None


def _programs(parsed: Configuration) -> Iterator[Finding]:
    for path, type_, name, body in parsed.typed("resource"):
        for runs, _body in labels_of(body.get("provisioner")):
            yield _provisioner(runs, f"{type_}.{name} ({path})")
    for path, type_, name, _body in parsed.typed("data"):
        if type_ == "external":
            yield _external(f"data.external.{name} ({path})")


def _provisioner(runs: str, where: str) -> Finding:
    what = "runs a program on the worker" if runs == "local-exec" else "reaches into machines past the plan"
    return Finding(f"provisioner:{runs}", f"The provisioner {runs} of {where} {what}.")


def _external(where: str) -> Finding:
    return Finding("data:external", f"{where} runs a program on the worker each time it is planned.")


def _configured(parsed: Configuration) -> Iterator[Finding]:
    for path, name, _body in parsed.labelled("provider"):
        sentence = f"{path} configures the provider {name} itself; where and as whom is the environment's to say."
        yield Finding(f"configured:{name}", sentence)


def _providers(parsed: Configuration, allowed: Collection[str]) -> Iterator[Finding]:
    for source, path in _needed(parsed).values():
        if source not in allowed:
            shown = source_shown(source)
            sentence = f"{path} needs the provider {shown}, which is not on the list of allowed ones."
            yield Finding(f"provider:{shown}", sentence)


def _needed(parsed: Configuration) -> dict[str, tuple[str, str]]:
    """{local name: (full source, path)} of every provider, also of those that only a resource's type names."""
    needed: dict[str, tuple[str, str]] = {}
    for path, block in parsed.blocks("terraform"):
        for name, wanted in _by_name(block.get("required_providers")):
            source = str(wanted.get("source", "")).strip('"') if isinstance(wanted, dict) else ""
            needed[name] = (source_of(source or name), path)
    for kind in ("resource", "data", "ephemeral"):
        for path, type_, _name, body in parsed.typed(kind):
            name = _local_name(type_, body)
            if name != "terraform":
                needed.setdefault(name, (source_of(f"{PUBLIC}/{name}"), path))
    for path, name, _body in parsed.labelled("provider"):
        needed.setdefault(name, (source_of(f"{PUBLIC}/{name}"), path))
    return needed


def _by_name(blocks: Any) -> Iterator[tuple[str, Any]]:
    """`required_providers` maps names to objects, or (before Terraform 0.13) to a version."""
    for block in blocks if isinstance(blocks, list) else [blocks]:
        if isinstance(block, dict):
            yield from ((str(name).strip('"'), wanted) for name, wanted in block.items())


def _local_name(type_: str, body: Block) -> str:
    chosen = str(body.get("provider") or "").removeprefix("${").removesuffix("}").strip('"')
    return chosen.partition(".")[0] or type_.partition("_")[0]


def _in_text(files: Files, directory: str) -> Iterator[Finding]:
    for path in files:
        if not is_configuration(path) or parent(path) != directory:
            continue
        text = _COMMENT.sub("", files[path].decode("utf-8", "replace"))
        for runs in dict.fromkeys(_PROVISIONER.findall(text)):
            yield _provisioner(runs, path)
        if _EXTERNAL.search(text):
            yield _external(path)
        if _STATE in text:
            yield Finding(f"data:{_STATE}", f"{path} reads another state, with its secrets ({_STATE}).")
        for function in dict.fromkeys(_READS.findall(_PLAIN_TEXT.sub('""', text))):
            yield _reading(function, path)


def _in_expressions(parsed: Configuration) -> Iterator[Finding]:
    for path, content in parsed.files.items():
        for expression in _expressions(content):
            for function in _READS.findall(expression):
                yield _reading(function, path)


def _expressions(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if "${" in value:
            yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _expressions(each)


def _reading(function: str, path: str) -> Finding:
    sentence = f"{path} reads files with {function}() that need not be the module's own."
    return Finding(f"reads:{function} in {path}", sentence)
