"""The page on which people set their own time zone."""

import pytest
from django.test import Client

from chatbot_project.accounts.models import User

from .orchestrating import person

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture
def demo() -> User:
    return person("demo", "requester")


@pytest.fixture
def client(demo: User) -> Client:
    client = Client(enforce_csrf_checks=False)
    client.force_login(demo)
    return client


def zone_of(user: User) -> str:
    user.refresh_from_db()
    return user.time_zone


@pytest.mark.parametrize(
    ("said", "kept"),
    [("Europe/Berlin", "Europe/Berlin"), (" america/new york ", "America/New_York"), ("utc", "UTC"), ("", "")],
)
def test_people_set_their_own_time_zone(client: Client, demo: User, said: str, kept: str) -> None:
    answer = client.post("/profile/", {"time_zone": said}, follow=True)
    assert b"Saved." in answer.content
    assert zone_of(demo) == kept
    # Every page says in which zone it shows times.
    assert (f'data-time-zone="{kept}"'.encode() in answer.content) is bool(kept)


@pytest.mark.parametrize("said", ["Middle/Earth", "<script>", "../../etc/passwd", "x" * 65, "Europe", "+02:00", "\x00"])
def test_what_is_no_time_zone_is_refused_at_its_field(client: Client, demo: User, said: str) -> None:
    demo.time_zone = "Asia/Kolkata"
    demo.save()
    answer = client.post("/profile/", {"time_zone": said})
    assert answer.status_code == 422
    assert b"Time zone: " in answer.content
    assert b"<script>" not in answer.content.replace(b'<script type="module"', b"")
    assert zone_of(demo) == "Asia/Kolkata"


def test_it_is_one_s_own_page_alone(client: Client, demo: User) -> None:
    other = person("ann")
    client.post("/profile/", {"time_zone": "Asia/Tokyo", "user": str(other.id), "username": "ann", "is_staff": "1"})
    assert (zone_of(demo), zone_of(other)) == ("Asia/Tokyo", "")
    assert not demo.is_staff
    assert Client().post("/profile/", {"time_zone": "UTC"}).status_code == 302
    assert Client(enforce_csrf_checks=True).get("/profile/").url.startswith("/login/")
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(demo)
    assert guarded.post("/profile/", {"time_zone": "UTC"}).status_code == 403


def test_the_header_leads_to_it(client: Client) -> None:
    page = client.get("/", follow=True)
    assert b'href="/profile/"' in page.content
    assert b"data-time-zone" not in page.content
