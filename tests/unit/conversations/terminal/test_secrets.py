"""A sealed value on a terminal opens as the answer to what was asked for, and to nothing else."""

from typing import Any

import pytest

from conversations.terminal import secrets
from conversations.terminal.addresses import Addresses
from conversations.terminal.frames import ChatError
from orchestrator.revealing.sealing import seal

ID = "0b7e2c1e-0000-4000-8000-000000000002"


@pytest.mark.parametrize("answered", ["login", "other"])
async def test_a_box_about_another_output_is_not_opened(monkeypatch: pytest.MonkeyPatch, answered: str) -> None:
    async def post(http: Any, address: str, body: Any = None) -> dict[str, Any]:
        box = seal("hunter2", public_key=body["public_key"], request_id=ID, output=answered)
        return {"id": ID, "output": answered, "state": "sealed", "problem": "", "box": box}

    monkeypatch.setattr(secrets, "_post", post)
    shown = secrets.secret_shown(Addresses.parse("http://127.0.0.1:1"), "key", stack_id="stack", output="login")
    if answered == "login":
        assert await shown == "hunter2"
    else:
        with pytest.raises(ChatError, match="could not be opened"):
            await shown
