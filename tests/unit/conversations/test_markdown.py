"""The bot's markdown as HTML: what it knows, and what nobody can smuggle in."""

from html.parser import HTMLParser

import pytest

from conversations.documents import Frame
from conversations.markdown import ATTRIBUTES, TAGS, framed_html, html_of
from conversations.payloads import message_payload


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**b** `c<d>`", "<p><strong>b</strong> <code>c&lt;d&gt;</code></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("a list:\n- one\n- <i>", "<p>a list:</p>\n<ul>\n<li>one</li>\n<li>&lt;i&gt;</li>\n</ul>"),
        ("3. three", '<ol start="3">\n<li>three</li>\n</ol>'),
        ("```yaml\na: <b>\n```", "<pre><code>a: &lt;b&gt;\n</code></pre>"),
        (r"\*not\* \[a link\]", "<p>*not* [a link]</p>"),
        ("aws_s3_bucket.this[0]", "<p>aws_s3_bucket.this[0]</p>"),
        ("# no heading\n---", "<p># no heading<br>\n---</p>"),
        ("    kept as text", "<p>kept as text</p>"),
        ("&lt; stays", "<p>&amp;lt; stays</p>"),
        ("[here](/jobs/1/)", '<p><a href="/jobs/1/" rel="noopener noreferrer">here</a></p>'),
        (
            "[out](https://example.com/a?b=1)",
            '<p><a href="https://example.com/a?b=1" target="_blank" rel="noopener noreferrer">out</a></p>',
        ),
    ],
)
def test_what_it_knows(text: str, html: str) -> None:
    assert html_of(text).strip() == html


def test_a_refused_link_stays_the_text_it_was() -> None:
    for text in ("[x](javascript:alert(1))", "[x](//evil.example)", "[x](data:text/html,x)", "[x](https:evil)"):
        assert html_of(text) == f"<p>{text}</p>\n"


HOSTILE = [
    '<img src=x onerror="alert(1)">',
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x) [y](file:///etc/passwd)",
    "[x](//evil.example) [y](/\\evil.example) [z](https:evil)",
    "[x](&#106;avascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "<https://evil.example> <javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    '```"><script>alert(1)</script>\nx\n```',
    "[x](https://a.example 'onclick=alert(1)\" onclick=\"alert(1)')",
    "<svg><style><!--</style><img src=x onerror=alert(1)>-->",
    "| a |\n|---|\n| <b onclick=x> |",
    "`" * 5_000,
    "[" * 2_000,
    "> " * 500 + "x",
    "\u202e\x00<a href=javascript:x>",
]


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:24])
def test_nothing_but_the_few_elements_comes_out(text: str) -> None:
    found = Elements()
    found.feed(html_of(text))
    for tag, attributes in found.seen:
        assert tag in TAGS
        assert attributes.keys() <= ATTRIBUTES.get(tag, set()) | {"rel"}
        assert str(attributes.get("href") or "/").startswith(("/", "http://", "https://"))
        assert not str(attributes.get("href") or "/").startswith(("//", "/\\"))
        assert attributes.get("target") in (None, "_blank")


def test_html_stands_beside_the_text_of_markdown_messages_only() -> None:
    bot = Frame(type="message.created", data=message_payload("**hi**"))
    assert framed_html(bot).data["html"] == "<p><strong>hi</strong></p>\n"
    assert framed_html(bot).data["text"] == "**hi**"
    assert "html" not in bot.data
    person = Frame(type="message.created", data=message_payload("<b>", author="user", format="plain"))
    assert framed_html(person) is person
    job = Frame(type="job.created", data={"job_id": "1"})
    assert framed_html(job) is job
