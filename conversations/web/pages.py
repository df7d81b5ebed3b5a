"""What all pages of a signed-in person share."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chatbot_project.accounts.models import User
from orchestrator import selectors
from orchestrator.types import Actor


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The page, with what the bar on top shows to this person."""
    bar = {"may_approve": selectors.sees_approvals(user_of(request))}
    return render(request, template, {**context, **bar}, status=status)


def user_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def actor_of(request: HttpRequest) -> Actor:
    user = user_of(request)
    return Actor(str(user.id), user.username)
