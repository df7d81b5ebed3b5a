"""Static files under ASGI."""

import warnings

from django.http import HttpResponse
from django.test import AsyncClient

SCRIPT = "/static/web/js/dom.js"


async def ask(**headers: str) -> HttpResponse:
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="StreamingHttpResponse")
        answer = await AsyncClient().get(SCRIPT, headers=headers)
        # A streamed answer is read here, and Django warns then.
        if answer.streaming:
            b"".join([part async for part in answer])
        return answer


async def test_a_file_comes_whole_with_its_type_and_without_a_warning() -> None:
    answer = await ask()
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, 'text/javascript; charset="utf-8"')
    assert answer.content.startswith(b"// The only place that makes elements.")
    assert int(answer.headers["Content-Length"]) == len(answer.content)


async def test_a_part_of_it_and_what_has_not_changed() -> None:
    part = await ask(range="bytes=3-10")
    assert (part.status_code, part.content) == (206, b"The only")
    again = await ask(**{"if-modified-since": (await ask()).headers["Last-Modified"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_its_headers_alone() -> None:
    answer = await AsyncClient().head(SCRIPT)
    assert (answer.status_code, answer.content) == (200, b"")


async def test_the_icon_that_browsers_ask_for_is_ours() -> None:
    assert (await AsyncClient().get("/favicon.ico")).headers["Location"] == "/static/web/icon.svg"
