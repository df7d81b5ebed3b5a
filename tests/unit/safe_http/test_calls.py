"""Whole calls over real sockets. The server is on loopback, which only the explicit setting lets anybody reach."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator

import httpcore
import pytest

from chatbot_project.safe_http import HttpCallError, Policy, Request, Response, send
from tests.servers.http import Asked, ScriptedServer, answer, scripted_server

Names = dict[str, list[str]]


def call(
    server: ScriptedServer,
    request: Request | None = None,
    *,
    names: Names | None = None,
    internal: tuple[str, ...] | None = None,
    seconds: float = 5.0,
    response_bytes: int = 10_000,
) -> Response:
    allowed = frozenset((server.place,) if internal is None else internal)
    policy = Policy(seconds=seconds, response_bytes=response_bytes, internal=allowed)

    def resolver(name: str, port: int) -> list[str]:
        return (names or {}).get(name, [])

    return send(request or Request("GET", f"{server.url}/"), policy=policy, resolver=resolver)


def refusal(server: ScriptedServer, *args: object, **options: object) -> HttpCallError:
    with pytest.raises(HttpCallError) as refused:
        call(server, *args, **options)  # type: ignore[arg-type]
    return refused.value


def redirect(location: Callable[[ScriptedServer], str], status: int = 302) -> Iterator[ScriptedServer]:
    """Sends on from /, and answers everything else."""
    servers: list[ScriptedServer] = []

    def answerer(asked: Asked, connection: socket.socket) -> None:
        if asked.target == "/":
            answer(status, Location=location(servers[0]))(asked, connection)
        else:
            answer(200, b"arrived")(asked, connection)

    with scripted_server(answerer) as server:
        servers.append(server)
        yield server


def test_what_is_asked_arrives_and_what_is_answered_comes_back() -> None:
    request_body = b'{"a": 1}'
    with scripted_server(answer(201, b"[1]", Content_Type="application/json")) as server:
        request = Request("POST", f"{server.url}/a%20b?c=d", {"X-Key": "secret", "Content-Type": "x/y"}, request_body)
        found = call(server, request)
    assert (found.status, found.body, found.content_type) == (201, b"[1]", "application/json")
    (asked,) = server.asked
    assert (asked.method, asked.target, asked.body) == ("POST", "/a%20b?c=d", request_body)
    assert asked.headers["x-key"] == "secret"
    assert asked.headers["host"] == server.place
    assert "user-agent" not in asked.headers


def test_nothing_reaches_loopback_unless_a_setting_names_it() -> None:
    with scripted_server(answer()) as server:
        for internal in ((), ("127.0.0.1:1",), ("localhost",), (f"localhost:{server.port}",)):
            assert refusal(server, internal=internal).code == "address_forbidden"
    assert server.connections == 0


def test_a_name_alone_opens_the_allowed_ports_only() -> None:
    with scripted_server(answer()) as server:
        assert "Port" in refusal(server, internal=("127.0.0.1",)).detail
    assert server.connections == 0


def test_the_name_stays_and_the_checked_address_is_connected_to() -> None:
    with scripted_server(answer(200, b"ok")) as server:
        request = Request("GET", f"http://erp.example:{server.port}/")
        found = call(server, request, names={"erp.example": ["127.0.0.1"]}, internal=(f"erp.example:{server.port}",))
    assert found.body == b"ok"
    assert server.asked[0].headers["host"] == f"erp.example:{server.port}"


def test_an_address_that_does_not_answer_leaves_time_for_the_next() -> None:
    full = socket.create_server(("127.0.0.3", 0), backlog=0)
    port = full.getsockname()[1]
    waiting = [socket.socket() for _ in range(8)]  # fill the queue, so that a further one is left unanswered
    for each in waiting:
        each.setblocking(False)
        each.connect_ex(("127.0.0.3", port))
    try:
        with scripted_server(answer(200, b"ok"), port=port) as server:
            internal = (f"erp.example:{port}",)
            request = Request("GET", f"http://erp.example:{port}/")
            names = {"erp.example": ["127.0.0.3", "127.0.0.1"]}
            assert call(server, request, names=names, internal=internal, seconds=1.0).body == b"ok"
    finally:
        for each in [*waiting, full]:
            each.close()


def test_a_name_that_leads_elsewhere_at_its_second_reading_is_read_once() -> None:
    """Rebinding: checked as one address, connected to as another. What was checked is what is connected to."""
    asked: list[str] = []

    def rebinding(name: str, port: int) -> list[str]:
        asked.append(name)
        return ["127.0.0.2"] if len(asked) == 1 else ["127.0.0.1"]

    with scripted_server(answer()) as trap, scripted_server(answer(200, b"ok"), address="127.0.0.2") as server:
        policy = Policy(internal=frozenset({f"erp.example:{server.port}"}))
        found = send(Request("GET", f"http://erp.example:{server.port}/"), policy=policy, resolver=rebinding)
        assert found.body == b"ok"
    assert asked == ["erp.example"]
    assert trap.connections == 0


def test_public_first_and_loopback_later_connects_to_what_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The public address is noted where the socket would be opened: no test calls the internet."""
    connected: list[str] = []

    def refuse(self: httpcore.SyncBackend, host: str, port: int, **options: object) -> httpcore.NetworkStream:
        connected.append(host)
        raise httpcore.ConnectError("nobody there")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", refuse)
    readings = iter([["8.8.8.8"], ["127.0.0.1"]])
    codes = []
    for _ in range(2):
        with pytest.raises(HttpCallError) as refused:
            send(Request("GET", "http://rebound.example/"), policy=Policy(), resolver=lambda *_: next(readings))
        codes.append(refused.value.code)
    assert codes == ["unreachable", "address_forbidden"]
    assert connected == ["8.8.8.8"]


def test_one_inside_address_among_several_refuses_the_name() -> None:
    with scripted_server(answer()) as server:
        policy = Policy(seconds=0.5, ports=frozenset({server.port}))
        for found in (["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"], ["::1", "2606:4700::1"]):
            with pytest.raises(HttpCallError) as refused:
                request = Request("GET", f"http://mixed.example:{server.port}/")
                send(request, policy=policy, resolver=lambda name, port, found=found: found)
            assert refused.value.code == "address_forbidden"
    assert server.connections == 0


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_no_proxy_of_the_environment_is_used(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted_server(answer()) as proxy, scripted_server(answer(200, b"direct")) as server:
        monkeypatch.setenv(name, proxy.url)
        assert call(server).body == b"direct"
    assert proxy.connections == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_reading_goes_on_to_where_a_redirect_leads(status: int) -> None:
    for server in redirect(lambda server: "/there?x=1", status):
        assert call(server).body == b"arrived"
        assert [each.target for each in server.asked] == ["/", "/there?x=1"]


@pytest.mark.parametrize(
    "location",
    [
        *(
            "http://127.0.0.1:1/",
            "http://127.1/",
            "http://localhost/",
            "http://[::1]/",
            "http://169.254.169.254/latest",
        ),
        *("http://[::ffff:a9fe:a9fe]/", "//10.0.0.1/", "http://0x7f000001/", "http://metadata.example/", "file:///etc"),
        *("http://2130706433/", "http://user@127.0.0.1/", "http://127.0.0.1%2f@example.com/", "\\\\127.0.0.1\\x"),
    ],
)
def test_no_redirect_leads_inside(location: str) -> None:
    names = {"localhost": ["127.0.0.1"], "metadata.example": ["169.254.169.254"]}
    for server in redirect(lambda server: location):
        assert refusal(server, names=names).code in ("address_forbidden", "address_invalid")
        assert len(server.asked) == 1


def test_a_redirect_cannot_use_what_a_setting_opens_for_another_address() -> None:
    """Who is outside must not choose what is called inside."""
    with scripted_server(answer(200, b"inside")) as inside:
        for server in redirect(lambda server: f"{inside.url}/admin"):
            assert refusal(server, internal=(server.place, inside.place)).code == "address_forbidden"
    assert inside.connections == 0


def test_headers_stay_with_their_origin() -> None:
    for server in redirect(lambda server: f"http://127.0.0.1:{server.port}/there"):
        request = Request("GET", f"{server.url}/", {"Authorization": "Bearer x", "Accept": "a/b"})
        call(server, request)
        assert [each.headers.get("authorization") for each in server.asked] == ["Bearer x", "Bearer x"]
    names = {"one.example": ["127.0.0.1"], "two.example": ["8.8.8.8"]}
    for server in redirect(lambda server: "http://two.example/"):
        request = Request("GET", f"http://one.example:{server.port}/", {"Authorization": "Bearer x", "X-Key": "y"})
        hops = _hops(server, request, names)
        assert hops == [{"Authorization": "Bearer x", "X-Key": "y"}, {}]


def _hops(server: ScriptedServer, request: Request, names: Names) -> list[dict[str, str]]:
    """The headers of every hop, for another origin is none that a test can be."""
    from chatbot_project.safe_http import client

    found: list[dict[str, str]] = []
    original = client.hop_send

    def noting(hop: client.Hop, **options: object) -> client.Answer:
        found.append(dict(hop.headers))
        return original(hop, **options) if len(found) == 1 else client.Answer(200, "", "", b"")  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "hop_send", noting)
        call(server, request, names=names, internal=(f"one.example:{server.port}",))
    return found


def test_redirects_end() -> None:
    with scripted_server(answer(302, Location="/")) as server:
        assert refusal(server).code == "redirected"
    assert len(server.asked) == 4


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_what_changes_something_is_sent_once(status: int) -> None:
    for server in redirect(lambda server: "/there", status):
        error = refusal(server, Request("POST", f"{server.url}/", {}, b"{}"))
        assert (error.code, error.sent) == ("redirected", True)
        assert [each.method for each in server.asked] == ["POST"]


def test_after_303_the_result_is_read() -> None:
    for server in redirect(lambda server: "/there", 303):
        assert call(server, Request("POST", f"{server.url}/", {}, b"{}")).body == b"arrived"
        assert [(each.method, each.body) for each in server.asked] == [("POST", b"{}"), ("GET", b"")]


def test_whatever_goes_wrong_behind_a_change_leaves_it_sent() -> None:
    for server in redirect(lambda server: "http://10.0.0.1/", 303):
        error = refusal(server, Request("DELETE", f"{server.url}/"))
        assert (error.code, error.sent) == ("address_forbidden", True)


def test_a_slow_drip_ends_at_the_deadline() -> None:
    def drip(asked: Asked, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not server.ended.wait(0.02):
            connection.sendall(b"x")

    with scripted_server(drip) as server:
        before = time.monotonic()
        error = refusal(server, seconds=0.4)
        assert (error.code, error.sent) == ("timeout", True)
        assert time.monotonic() - before < 10  # it would drip for twenty


def test_a_drip_of_headers_ends_at_the_deadline() -> None:
    def drip(asked: Asked, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not server.ended.wait(0.02):
            connection.sendall(b"X-Y: z\r\n")

    with scripted_server(drip) as server:
        assert refusal(server, seconds=0.4).code == "timeout"


@pytest.mark.parametrize("line", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n"])
def test_a_flood_of_preliminary_answers_ends_at_the_deadline(line: bytes) -> None:
    def flood(asked: Asked, connection: socket.socket) -> None:
        while not server.ended.is_set():
            connection.sendall(line)

    with scripted_server(flood) as server:
        assert refusal(server, seconds=0.3).code == "timeout"


def test_endless_headers_are_not_read() -> None:
    def flood(asked: Asked, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not server.ended.is_set():
            connection.sendall(b"X-Y: " + b"z" * 8_000 + b"\r\n")

    with scripted_server(flood) as server:
        assert refusal(server).code == "unreachable"


def test_a_resolver_that_hangs_ends_at_the_deadline() -> None:
    hang = threading.Event()

    def hanging(name: str, port: int) -> list[str]:
        hang.wait(20)
        return []

    with pytest.raises(HttpCallError) as refused:
        send(Request("POST", "http://slow.example/"), policy=Policy(seconds=0.2), resolver=hanging)
    hang.set()
    assert (refused.value.code, refused.value.sent) == ("timeout", False)


def test_a_huge_answer_is_not_read() -> None:
    def flood(asked: Asked, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not server.ended.is_set():
            connection.sendall(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")

    with scripted_server(flood) as server:
        assert refusal(server).code == "answer_too_large"


def test_a_small_answer_that_unpacks_to_a_huge_one_is_not_unpacked() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000, 9)[:9_000]
    with scripted_server(answer(200, bomb, Content_Encoding="gzip")) as server:
        assert refusal(server).code == "answer_too_large"


@pytest.mark.parametrize(
    ("encoding", "body", "code"),
    [
        ("br", b"x", "answer_unreadable"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"x", mtime=0), mtime=0), "answer_unreadable"),
        ("gzip", b"not packed", "answer_unreadable"),
        ("gzip", gzip.compress(b"x" * 100, mtime=0)[:-9], "answer_unreadable"),
        ("gzip", b"", "answer_unreadable"),
    ],
)
def test_what_cannot_be_unpacked(encoding: str, body: bytes, code: str) -> None:
    with scripted_server(answer(200, body, Content_Encoding=encoding)) as server:
        assert refusal(server).code == code


@pytest.mark.parametrize(
    ("encoding", "packed"), [("gzip", gzip.compress(b"ok", mtime=0)), ("deflate", zlib.compress(b"ok"))]
)
def test_a_packed_answer_is_unpacked(encoding: str, packed: bytes) -> None:
    with scripted_server(answer(200, packed, Content_Encoding=encoding)) as server:
        assert call(server).body == b"ok"


def test_who_takes_no_connection_was_sent_nothing() -> None:
    with scripted_server(answer()) as server:
        pass
    error = refusal(server, Request("POST", f"{server.url}/", {}, b"{}"))
    assert (error.code, error.sent) == ("unreachable", False)


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.1 200 OK\r\n", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"]
)
def test_who_breaks_off_may_have_done_it(said: bytes) -> None:
    with scripted_server(lambda asked, connection: connection.sendall(said)) as server:
        error = refusal(server, Request("POST", f"{server.url}/", {}, b"{}"))
    assert (error.code, error.sent) == ("unreachable", True)


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("TRACE", {}),
        ("GET\r\nX: y", {}),
        ("get", {}),
        ("GET", {"X\r\nY": "z"}),
        ("GET", {"X": "y\r\nHost: inside"}),
        ("GET", {"X": "ü"}),
        ("GET", {"Host": "inside"}),
        ("GET", {"Transfer-Encoding": "chunked"}),
        ("GET", {"Content-Length": "9"}),
        ("GET", {"": "x"}),
    ],
)
def test_nothing_is_smuggled_into_a_request(method: str, headers: dict[str, str]) -> None:
    with scripted_server(answer()) as server:
        error = refusal(server, Request(method, f"{server.url}/", headers))
    assert (error.code, server.connections) == ("request_invalid", 0)
    assert all(value not in error.detail for value in headers.values())
