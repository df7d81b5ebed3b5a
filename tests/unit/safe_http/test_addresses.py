"""Which addresses are accepted, in which spelling, and where names may lead."""

from ipaddress import ip_address

import pytest

from chatbot_project.safe_http import HttpCallError, Policy, Request, address_read, send
from chatbot_project.safe_http.ranges import is_internal, is_never, is_public

INSIDE_WORDS = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 100.100.100.200 127.0.0.1 127.1.2.3 169.254.0.1
169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1
198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16
:: ::1 ::2 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1
64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b::a9fe:a9fe 64:ff9b:1::1 64:ff9b:1::8.8.8.8
100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::
2002:a9fe:a9fe:: 2002:808:808::1 3fff::1 5f00::1 fc00::1 fd00::1 fd00:ec2::254 fd00:ec2::23 fd20:ce::254 fe80::1
fe80::a9fe:a9fe fec0::1 ff02::1 ff0e::1 4000::1 2606:4700::5efe:127.0.0.1 2606:4700::200:5efe:10.0.0.1
"""
PUBLIC_WORDS = (
    "8.8.8.8 1.1.1.1 93.184.216.34 2606:4700:4700::1111 2a00:1450:4001:830::200e ::ffff:8.8.8.8 64:ff9b::8.8.8.8"
)
# What a setting that names the host cannot open either.
NEVER_WORDS = """
0.0.0.0 169.254.169.254 169.254.170.2 169.254.1.1 fe80::1 fd00:ec2::254 fd00:ec2::23 fd20:ce::254 100.100.100.200
192.0.0.192 168.63.129.16 224.0.0.1 255.255.255.255 :: ff02::1 fec0::1 ::ffff:169.254.169.254 64:ff9b::169.254.169.254
"""

HOSTILE = [
    *("http://127.1/", "http://127.0.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/"),
    *("http://0177.0.0.1/", "http://017700000001/", "http://127.0.0.01/", "http://00000127.0.0.1/", "http://0/"),
    *("http://0x7f.1/", "http://127.0x1/", "http://4294967296/", "http://127.0.0.1.0x1/", "http://1.2.3.4.5/"),
    *("http://0xA9FEA9FE/", "http://2852039166/", "http://169.254.43518/", "http://0251.0376.0251.0376/", "http://0x/"),
    *("http://１２７.０.０.１/", "http://127。0。0。1/", "http://①②⑦.⓪.⓪.①/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "http://localhoſt/"),
    *("http://bücher.example/", "http://127.0.0.1%00.example.com/", "http://%31%32%37.0.0.1/", "http://local%68ost/"),
    *("http://[::1%25lo]/", "http://[fe80::1%eth0]/", "http://[::1", "http://::1/", "http://[::ffff:127.0.0.1]x/"),
    *("http://[127.0.0.1]/", "http://[::1]:x/", "http://[]/", "http://[v1.a]/", "http://[0:0:0:0:0:0:0:0:1]/"),
    *("http://user@example.com/", "http://a:b@example.com/", "http://example.com@127.0.0.1/", "http://@127.0.0.1/"),
    *("http://example.com\\@127.0.0.1/", "http:\\\\127.0.0.1/", "http:/\\127.0.0.1/", "http:///127.0.0.1/", "http:/x"),
    *("http://127.0.0.1:80:80/", "http://example.com:/", "http://example.com:0/", "http://example.com:65536/"),
    *("http://example.com:８０/", "http://example.com:+80/", "http://example.com:-1/", "http://example.com:999999/"),
    *("ftp://example.com/", "file:///etc/passwd", "gopher://127.0.0.1/", "unix:///var/run/x.sock", "//example.com/"),
    *("javascript:alert(1)", "data:,x", "example.com", "", " ", "http://", "https://?x", "http://#", "http:// /"),
    *(" http://example.com/", "http://example.com/ ", "http://exa mple.com/", "http://example.com/\r\nX: y"),
    *("http://example.com/\t", "http://example.com/\x00", "http://example.com/\u2028", "http://exam\nple.com/"),
    *(
        "http://.example.com/",
        "http://example..com/",
        "http://-a.example/",
        "http://a-.example/",
        "http://example.com../",
    ),
    *("http://" + "a" * 64 + ".example/", "http://" + "a." * 127 + "aa/", "http://example.com/" + "a" * 3000),
    *('http://exam"ple.com/', "http://exam<ple.com/", "http://exam{ple.com/", "http://exam|ple.com/", "http://a,b/"),
    *("http://example.com;127.0.0.1/", "http://example.com&127.0.0.1/", "http://$(id).example.com/", "http://*/"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_spelling_that_is_not_the_plain_one_is_no_address(text: str) -> None:
    with pytest.raises(HttpCallError) as refused:
        address_read(text)
    assert refused.value.code == "address_invalid"
    assert not refused.value.sent


@pytest.mark.parametrize(
    ("text", "url", "place"),
    [
        ("HTTPS://API.Example.COM", "https://api.example.com/", "api.example.com:443"),
        ("http://example.com.:8080?q=1#part", "http://example.com:8080/?q=1", "example.com:8080"),
        ("http://[::FFFF:7F00:1]/a", "http://[::ffff:7f00:1]/a", "[::ffff:7f00:1]:80"),
        ("http://127.0.0.1:8080/a/../b", "http://127.0.0.1:8080/a/../b", "127.0.0.1:8080"),
        ("https://xn--bcher-kva.example/%20", "https://xn--bcher-kva.example/%20", "xn--bcher-kva.example:443"),
        ("http://a_b.example/", "http://a_b.example/", "a_b.example:80"),
    ],
)
def test_a_plain_spelling_is_read(text: str, url: str, place: str) -> None:
    found = address_read(text)
    assert (found.url, found.place) == (url, place)
    assert address_read(found.url) == found


@pytest.mark.parametrize("text", INSIDE_WORDS.split())
def test_no_name_leads_inside(text: str) -> None:
    """Were it connected to, there would be another error: nothing listens there."""
    assert not is_public(ip_address(text))
    with pytest.raises(HttpCallError) as refused:
        send(Request("GET", "http://rebound.example/"), policy=Policy(), resolver=lambda name, port: ["8.8.8.8", text])
    assert refused.value.code == "address_forbidden"


@pytest.mark.parametrize("text", INSIDE_WORDS.split())
def test_no_address_written_as_such_leads_inside(text: str) -> None:
    bracketed = f"[{text}]" if ":" in text else text
    with pytest.raises(HttpCallError) as refused:
        send(Request("GET", f"http://{bracketed}/"), policy=Policy())
    assert refused.value.code == "address_forbidden"


@pytest.mark.parametrize("text", PUBLIC_WORDS.split())
def test_the_public_internet_is_public(text: str) -> None:
    assert is_public(ip_address(text))
    assert not is_internal(ip_address(text))


@pytest.mark.parametrize("text", NEVER_WORDS.split())
def test_no_setting_opens_metadata_and_link_local(text: str) -> None:
    assert is_never(ip_address(text))
    policy = Policy(internal=frozenset({"erp.example", "erp.example:80"}))
    with pytest.raises(HttpCallError) as refused:
        send(Request("GET", "http://erp.example/"), policy=policy, resolver=lambda name, port: [text])
    assert refused.value.code == "address_forbidden"


@pytest.mark.parametrize(
    "text", ["fe80::1%eth0", "fd00:ec2::254%x", "2606:4700::1111%eth0", "nonsense", "127.1", "0x7f000001"]
)
def test_what_a_resolver_says_must_be_an_address(text: str) -> None:
    with pytest.raises(HttpCallError) as refused:
        send(Request("GET", "http://x.example/"), policy=Policy(), resolver=lambda name, port: [text])
    assert refused.value.code == "address_forbidden"


@pytest.mark.parametrize("port", [22, 25, 3306, 6379, 27017, 9200, 81])
def test_other_ports_are_closed(port: int) -> None:
    with pytest.raises(HttpCallError) as refused:
        send(Request("GET", f"http://8.8.8.8:{port}/"), policy=Policy())
    assert refused.value.code == "address_forbidden"
