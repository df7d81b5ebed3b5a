"""The program in which rules are run: a process of its own, with no environment, little time and little memory.

Started by `evaluating.py` as `python -I -S -B child.py <where regopy is> <cpu seconds> <memory MB>`; the question comes
as JSON on standard input. Nothing of this project is imported here. It answers one JSON value a line, so that whoever
waits knows in which rule it died: {"begin": name}, then {"name", "result"} or {"name", "error"}, at last {"end": true}.
"""

import json
import os
import resource
import sys
import threading
import time
from typing import Any

_COLLECT = """package infrachat_collected
import rego.v1
said := {name: data.infrachat[name] | some name in ["deny", "warn", "approve"]; data.infrachat[name]}
"""
_MOST_CHARACTERS = 200_000
_WATCH_SECONDS = 0.02
_LARGEST = 2**63 - 1

TOO_MUCH_MEMORY = 77
"""The exit code of a process that held more memory than it may."""


def main() -> None:
    place, seconds, megabytes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    out = os.fdopen(os.dup(1), "w")
    # The interpreter's own prints are nobody's answer.
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    question = json.loads(sys.stdin.read())
    sys.path.append(place)
    _limit(seconds, megabytes)
    question["input"] = _input(question["input"])

    def say(**line: Any) -> None:
        out.write(json.dumps(line) + "\n")
        out.flush()

    for rule in question["rules"]:
        say(begin=rule["name"])
        try:
            say(name=rule["name"], result=_said(question, rule))
        except Exception as error:
            say(name=rule["name"], error=f"{type(error).__name__}: {error}"[:2_000])
    say(end=True)


def _limit(seconds: int, megabytes: int) -> None:
    """The interpreter's allocator reserves far more address space than it uses, so only what is used can be limited."""
    threading.Thread(target=_watch_memory, args=(megabytes << 20,), daemon=True).start()
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _watch_memory(most_bytes: int) -> None:
    """End the process when it holds too much; the interpreter lets other threads run."""
    page = resource.getpagesize()
    with open("/proc/self/statm", "rb", buffering=0) as statm:  # noqa: PTH123 (read again and again)
        while True:
            statm.seek(0)
            if int(statm.read().split()[1]) * page > most_bytes:
                os._exit(TOO_MUCH_MEMORY)
            time.sleep(_WATCH_SECONDS)


def _input(document: Any) -> Any:
    """The input, read once for all rules."""
    from regopy import Input

    return Input(_escaped(document))


def _escaped(value: Any) -> Any:
    """Texts as the interpreter keeps those that it has read itself: with the escapes of JSON. As they are, they would
    be printed without, and one with quotation marks in it could write an answer of its own."""
    if isinstance(value, str):
        return json.dumps(value.encode(errors="replace").decode(), ensure_ascii=False)[1:-1]
    if isinstance(value, dict):
        return {_escaped(str(key)): _escaped(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_escaped(each) for each in value]
    return float(value) if isinstance(value, int) and abs(value) > _LARGEST else value


def _said(question: dict[str, Any], rule: dict[str, str]) -> Any:
    """What one rule says about the input; None when it was only to be read."""
    from regopy import Interpreter, LogLevel, NodeKind
    from regopy import rego_shared as shared

    rego = Interpreter()
    rego.log_level = LogLevel.NONE
    # Without this a built-in that fails is "undefined", and a rule that fails would allow everything.
    rego.strict_built_in_errors = True
    rego.add_module(f"{rule['name']}.rego", rule["source"])
    for name in question["calls"].get(rule["name"], ()):
        if not rego.is_builtin(name):
            raise NameError(name)
    rego.add_module("collect.rego", _COLLECT)
    rego.set_input(question["input"])
    output = shared.rego_query(rego._impl, "data.infrachat_collected.said")
    text = shared.rego_output_string(output)
    if not shared.rego_output_ok(output) or not text.startswith('{"expressions"'):
        raise ValueError(text[:2_000])
    if len(text) > _MOST_CHARACTERS:
        raise ValueError(f"(errormsg 0:It says more than {_MOST_CHARACTERS} characters)\n")
    # Not by its text: the interpreter does not always quote what stands in it.
    return _value(shared.rego_output_expressions_at_index(output, 0), shared, NodeKind)[0]


def _value(node: Any, shared: Any, kinds: Any) -> Any:
    """A node of the interpreter as JSON has it; sets are lists."""
    kind = shared.rego_node_type(node)
    parts = [shared.rego_node_get(node, index) for index in range(shared.rego_node_size(node))]
    if kind in (kinds.Term, kinds.Scalar):
        return _value(parts[0], shared, kinds)
    if kind == kinds.Object:
        pairs = [[_value(shared.rego_node_get(each, at), shared, kinds) for at in (0, 1)] for each in parts]
        return {str(key): value for key, value in pairs}
    if kind in (kinds.Array, kinds.Set, kinds.Terms):
        return [_value(each, shared, kinds) for each in parts]
    if kind == kinds.Null:
        return None
    text = shared.rego_node_value(node)
    return _text(text) if kind == kinds.String else json.loads(text)


def _text(kept: str) -> str:
    """A text as the interpreter keeps it: with the escapes of JSON, now and then with its quotation marks (of `concat`)
    or without any. A mark that belongs to the text is always escaped, so what begins with one is quoted."""
    quoted = kept if kept.startswith('"') and kept.endswith('"') and len(kept) > 1 else f'"{kept}"'
    try:
        return str(json.loads(quoted, strict=False))
    except ValueError:
        return kept


if __name__ == "__main__":
    main()
