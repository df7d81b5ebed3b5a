"""A page names all the modules it begins with, and none that it may never need."""

from pathlib import Path

from conversations import web
from conversations.web.templatetags.modules import imported, module

SCRIPTS = Path(web.__file__).parent / "static"


def test_all_that_the_chat_begins_with_is_named_and_what_is_drawn_on_demand_is_not() -> None:
    found = imported("web/js/chat.js")
    assert {"web/js/composer.js", "web/js/dom.js", "web/js/form.js", "web/js/i18n.js"} <= set(found)
    assert not {"web/js/chat.js", "web/js/graph.js", "web/vendor/dagre/dagre.esm.js"} & set(found)
    assert all((SCRIPTS / each).is_file() for each in found)


def test_the_module_itself_comes_last() -> None:
    text = str(module("web/js/menu.js"))
    assert text.endswith('<script type="module" src="/static/web/js/menu.js"></script>')
    assert '<link rel="modulepreload" href="/static/web/js/dom.js">' in text
