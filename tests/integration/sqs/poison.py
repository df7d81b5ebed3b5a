"""Messages that nobody can work off, each for another reason."""

import base64
import json
from typing import Any


def coded(value: Any) -> str:
    """As our transport sends it: JSON in base64."""
    return base64.b64encode(json.dumps(value).encode()).decode()


def message(task: str = "tests.note", arguments: Any = "[[], {}, {}]", **changes: Any) -> dict[str, Any]:
    """What Celery sends for `task`; `arguments` is the text of its inner body."""
    made = {
        "body": base64.b64encode(str(arguments).encode()).decode(),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {"lang": "py", "task": task, "id": "1", "argsrepr": "()", "kwargsrepr": "{}"},
        "properties": {
            "correlation_id": "1",
            "delivery_tag": "1",
            "delivery_info": {"exchange": "", "routing_key": "background"},
            "body_encoding": "base64",
        },
    }
    return {**made, **changes}


def with_headers(**changes: Any) -> dict[str, Any]:
    made = message()
    return {**made, "headers": {name: value for name, value in {**made["headers"], **changes}.items() if value != ""}}


def with_properties(**changes: Any) -> dict[str, Any]:
    made = message()
    return {**made, "properties": {**made["properties"], **changes}}


UNDECODABLE: dict[str, str] = {
    "plain text": "this is not a task",
    "half of a JSON object": '{"body": ',
    "base64 of half of a JSON object": base64.b64encode(b'{"body": ').decode(),
    "base64 of bytes that are no text": base64.b64encode(b"\xff\xfe\x00\x01").decode(),
    "a JSON text": coded("hello"),
    "a JSON list": coded([1, 2, 3]),
    "a JSON object of somebody else": json.dumps({"Type": "Notification", "Message": "hello"}),
    "properties that are a number": coded(message(properties=5)),
    "a delivery information that is a list": coded(with_properties(delivery_info=[])),
    "a body in an unknown coding": coded(with_properties(body_encoding="rot13")),
    "a body that is not base64": coded(message(body="%%%")),
    "a pickle": coded({**message(headers={}), "content-type": "application/x-python-serialize"}),
    "arguments that are half of a JSON list": coded(message(arguments="[[1, ")),
    "arguments that are a number": coded(message(arguments="5")),
    "an unknown compression": coded(with_headers(compression="application/x-nobody")),
}
UNKNOWN: dict[str, str] = {
    "no headers": coded(message(headers=None)),
    "headers that are a list": coded(message(headers=["task", "tests.note"])),
    "a task that is a list": coded(with_headers(task=["tests.note"])),
    "a task nobody knows": coded(message("tests.nobody")),
    "a task nobody knows, without an id": coded(with_headers(task="tests.nobody", id="")),
    "no id": coded(with_headers(id="")),
    "an impossible time": coded(with_headers(eta="soon")),
    "too few arguments": coded(message()),
    "no job": coded(message("orchestrator.run_job", '[["none"], {}, {}]')),
}
