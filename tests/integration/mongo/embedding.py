"""Embedding sites and what a page of one asks, for tests."""

import json
from typing import Any

from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client

from chatbot_project.accounts.models import User
from conversations.widget.models import EmbeddingSite
from nlu.models import Bot

HERE, ELSEWHERE = "https://intranet.example.com", "https://evil.example"


def site_make(name: str = "intranet", **more: Any) -> EmbeddingSite:
    """A site on HERE, open to visitors unless told otherwise."""
    Bot.objects.get_or_create(name="default", defaults={"title": "Ops bot"})
    return EmbeddingSite.objects.create(
        name=name, **{"origins": [HERE], "bot_id": "default", "anonymous": True, **more}
    )


def member(user: User, group: str) -> User:
    user.groups.add(Group.objects.get_or_create(name=group)[0])
    return user


def ask(site: str = "intranet", origin: str | None = HERE, **body: Any) -> HttpResponse:
    """What a page of `origin` posts to get its session, as a browser without any cookie of ours."""
    headers = {"origin": origin} if origin is not None else {}
    address = f"/api/v1/widget/sites/{site}/session/"
    return Client().post(address, json.dumps(body), content_type="application/json", headers=headers)


def opened(site: str = "intranet", **body: Any) -> dict[str, Any]:
    answer = ask(site, **body)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = json.loads(answer.content)
    return found


def asked_by_server(key: str, site: str = "intranet", **body: Any) -> HttpResponse:
    """What a site's own server posts to get a token, with its API token."""
    return Client().post(
        f"/api/v1/widget/sites/{site}/tokens/",
        json.dumps({"origin": HERE, **body}),
        content_type="application/json",
        headers={"authorization": f"Token {key}"},
    )
