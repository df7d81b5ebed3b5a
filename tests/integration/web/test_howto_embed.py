"""The view of docs/howto/embed-the-chat.md, as the page has it, on a site's own server against ours."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType, SimpleNamespace

import httpx
import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from websockets.typing import Origin

from tests.howtos import files_written
from tests.integration.mongo.embedding import HERE, member, site_make
from tests.integration.web.clients import Person, Server, chat, rest
from tests.integration.web.conftest import person


@pytest.fixture
def intranet(web: Server, ann: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The page's three steps, and the module that they lead to."""
    member(ann.user, "staff")
    backend = person("intranet-server")
    site_make(backend=backend.user, groups=["staff"], anonymous=False)
    with rest(web) as http:
        key = http.post("/auth/token/", json={"username": "intranet-server", "password": backend.password}).json()
    monkeypatch.setenv("INFRACHAT_TOKEN", key["token"])
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    path = files_written("embed-the-chat.md", tmp_path)["intranet/chat_token.py"]
    text = path.read_text()
    assert "https://chat.example.com/api/v1" in text
    assert HERE in text
    path.write_text(text.replace("https://chat.example.com", web.http))
    spec = importlib.util.spec_from_file_location("intranet_chat_token", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def asked(module: ModuleType, user: object, method: str = "post") -> HttpResponse:
    request = getattr(RequestFactory(), method)("/chat-token/")
    request.user = user
    answer: HttpResponse = module.chat_token(request)
    return answer


async def test_the_token_of_the_page_opens_the_chat_for_whoever_is_signed_in_there(
    web: Server, ann: Person, intranet: ModuleType
) -> None:
    token = json.loads(asked(intranet, ann.user).content)["token"]
    async with httpx.AsyncClient(base_url=web.http, trust_env=False) as http:
        body = {"token": token, "begin": "latest"}
        address = "/api/v1/widget/sites/intranet/session/"
        session = (await http.post(address, json=body, headers={"origin": HERE})).json()
    assert session["viewer"]["name"] == "ann"
    opened = {"subprotocols": ["infrachat.v1", f"token.{session['token']}"], "origin": Origin(HERE)}
    async with chat(web.socket(session["conversation"]["id"]), **opened) as client:
        assert (await client.say("hello"))["type"] == "ack"


def test_it_names_nobody_who_is_not_signed_in_or_may_not_be_named(web: Server, intranet: ModuleType) -> None:
    assert asked(intranet, AnonymousUser()).status_code == 302
    assert asked(intranet, AnonymousUser(), "get").status_code == 405
    stranger = SimpleNamespace(is_authenticated=True, get_username=lambda: "bob")
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        asked(intranet, stranger)
