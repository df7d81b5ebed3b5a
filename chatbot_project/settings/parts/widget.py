"""The chat on other sites' pages: how long its keys last, and how much one address may ask for."""

from typing import Any

from chatbot_project.env import whole_number

WIDGET: dict[str, Any] = {
    # How long a token of the widget lasts, and how long it can be renewed before its site must give a new one.
    "TOKEN_SECONDS": whole_number("WIDGET_TOKEN_SECONDS", 600, minimum=5),
    "RENEWAL_SECONDS": whole_number("WIDGET_RENEWAL_SECONDS", 28_800, minimum=0),
    # How long a visitor who does not come back is still known.
    "VISITOR_DAYS": whole_number("WIDGET_VISITOR_DAYS", 30, minimum=1),
    # How long visitors who do not come back are kept, with what they said; 0: for good. Not shorter than the former.
    "VISITORS_KEPT_DAYS": whole_number("WIDGET_VISITORS_KEPT_DAYS", 90, minimum=0),
    # Of one address in a minute: tokens, new visitors, and what visitors say. A whole office may have one address.
    "TOKENS_PER_MINUTE": whole_number("WIDGET_TOKENS_PER_MINUTE", 600, minimum=1),
    "VISITORS_PER_MINUTE": whole_number("WIDGET_VISITORS_PER_MINUTE", 30, minimum=1),
    "MESSAGES_PER_MINUTE": whole_number("WIDGET_MESSAGES_PER_MINUTE", 120, minimum=1),
    # Tokens that a site's own server asks for in a minute: one for each page that somebody loads.
    "SERVER_TOKENS_PER_MINUTE": whole_number("WIDGET_SERVER_TOKENS_PER_MINUTE", 6_000, minimum=1),
}
