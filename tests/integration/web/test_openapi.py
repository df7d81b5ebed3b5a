"""The OpenAPI document is valid, and every address it names answers as it says."""

from uuid import uuid4

import yaml
from openapi_spec_validator import validate

from tests.integration.web.clients import Person, Server, rest

EXPECTED = {"/api/v1/auth/token/", "/api/v1/conversations/", "/api/v1/conversations/{conversation_id}/stream/"}
METHODS = {"get", "post", "put", "patch", "delete"}


def test_the_document_is_valid_and_complete(web: Server) -> None:
    with rest(web) as client:
        answer = client.get("/schema/")
    document = yaml.safe_load(answer.text)
    validate(document)
    assert document["paths"].keys() >= EXPECTED
    assert document["components"]["securitySchemes"].keys() == {"knoxApiToken", "cookieAuth"}


def test_every_documented_address_answers(web: Server, ann: Person) -> None:
    """With a made-up id and an empty body: an answer of ours, a problem at worst, never a failure."""
    with rest(web) as client:
        paths = yaml.safe_load(client.get("/schema/").text)["paths"]
    with rest(web, ann) as client:
        for path, operations in paths.items():
            url = path.removeprefix("/api/v1")
            while "{" in url:
                start, _, remainder = url.partition("{")
                url = f"{start}{uuid4()}{remainder.partition('}')[2]}"
            for method in operations.keys() & METHODS:
                answer = client.request(method, url, json=None if method == "get" else {})
                assert answer.status_code < 500, f"{method} {url}: {answer.status_code} {answer.text}"
                assert answer.status_code != 405
                if answer.status_code >= 400:
                    assert answer.headers["content-type"] == "application/problem+json", f"{method} {url}"
