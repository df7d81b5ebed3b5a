"""What people see of an error is the same with DEBUG on, and within our own policy."""

import logging
from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path


def missing(request: HttpRequest) -> HttpResponse:
    raise Http404("not here")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("it broke")


urlpatterns = [
    path("missing/", missing),
    path("forbidden/", forbidden),
    path("broken/", broken),
    path("", include("chatbot_project.urls")),
]
handler404 = "chatbot_project.problems.not_found"
handler500 = "chatbot_project.problems.server_error"


@pytest.fixture(params=[True, False], ids=["debug", "no debug"])
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    with override_settings(DEBUG=request.param, ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/missing/", 404, "There is nothing here"),
        ("/no/such/address/", 404, "There is nothing here"),
        ("/forbidden/", 403, "This is not allowed"),
        ("/broken/", 500, "Something went wrong on our side"),
    ],
)
def test_an_error_has_our_page(client: Client, address: str, status: int, says: str) -> None:
    answer = client.get(address)

    assert (answer.status_code, answer["Content-Type"]) == (status, "text/html; charset=utf-8")
    text = answer.content.decode()
    assert says in text
    assert "<style" not in text
    assert "style=" not in text


def test_an_address_without_its_slash_still_leads_on(client: Client) -> None:
    assert client.get("/missing").headers["Location"] == "/missing/"


def test_below_api_it_is_a_problem(client: Client) -> None:
    assert client.get("/api/v1/no-such/")["Content-Type"] == "application/problem+json"


def test_what_broke_is_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "django.request"):
        client.get("/broken/")
    assert "RuntimeError: it broke" in caplog.text


def test_an_api_address_that_is_not_there_is_a_problem_for_every_method() -> None:
    answer = Client(enforce_csrf_checks=True).post("/api/v1/no/such/", {}, content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
