"""A page of the browser without any server: the pages' own scripts and styles from disk, under the policy that they are
served with. For what can be seen of one script alone."""

import json
import mimetypes
from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import Page, Route

from conversations import web

ORIGIN = "http://still.test"
_STATIC = Path(web.__file__).parent / "static"
_BODY = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Still</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head>
<body class="plain-page"><main id="main"><h1>Still</h1></main></body></html>"""


def still_page(page: Page, *styles: str, origin: str = ORIGIN) -> Page:
    """The page, empty but for a `main`, with these files of web/css. From https a page may do more."""
    links = "".join(
        f'<link rel="stylesheet" href="/static/web/css/{each}.css">' for each in ("tokens", "base", *styles)
    )
    policy = {"Content-Security-Policy": settings.CONTENT_SECURITY_POLICY}

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(origin).partition("?")[0]
        if path == "/":
            route.fulfill(body=_BODY.format(head=links), content_type="text/html", headers=policy)
        elif (found := _STATIC / path.removeprefix("/static/")).is_file():
            kind = mimetypes.guess_type(found.name)[0] or "text/plain"
            route.fulfill(body=found.read_bytes(), content_type=kind, headers=policy)
        else:
            route.fulfill(status=404, body="")

    page.route(f"{origin}/**", answer)
    page.goto(f"{origin}/")
    return page


def run(page: Page, script: str, *values: Any) -> Any:
    """Evaluate `script`, the body of an async function of `values`, whose `load(name)` imports web/js/<name>.js."""
    begin = "const load = (name) => import(`/static/web/js/${name}.js`);"
    return page.evaluate(f"async (values) => {{ {begin} {script} }}", json.loads(json.dumps(values)))
