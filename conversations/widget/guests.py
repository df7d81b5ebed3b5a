"""Who speaks through a connection: a signed-in person on our own pages, or a guest on a page of an embedding site."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from chatbot_project.accounts.models import User
from chatbot_project.accounts.selectors import user_get

from ..errors import NotAllowed, NotSignedIn
from .sites import Site, site_get
from .tokens import token_read

PERSON, VISITOR, NAMED = "person", "visitor", "named"
"""Somebody with an account here; a browser; somebody whom the site's server knows."""


@dataclass(frozen=True)
class Guest:
    """What the rules ask about a guest, besides the user: `address` is where the connection comes from."""

    site: str
    address: str


def guest_site(key: str, origin: str | None) -> tuple[User, Site]:
    """The user behind a token and the site it is good for, as both are now.

    Raises NotAllowed for a page that it was not issued for, NotSignedIn for what has ended.
    """
    claim = token_read(key)
    if claim is None:
        raise NotSignedIn(_("This page's pass to the chat has ended, or is none. Get a new one."))
    if origin != claim.origin:
        raise NotAllowed(_("This pass to the chat was issued for another page."), field="origin")
    site = site_get(claim.site)
    user = user_get(claim.user_id)
    if site is None or origin not in site.origins or user is None or not may_chat(user, site, claim.kind):
        raise NotSignedIn(_("The chat is not open to you on this page any more."))
    return user, site


def may_chat(user: User, site: Site, kind: str) -> bool:
    """Whether somebody of this kind may talk on the site's pages now."""
    if kind == PERSON:
        return bool(site.backend_id) and may_be_named(user, site)
    if not user.is_visitor:
        return False
    return bool(site.backend_id) if kind == NAMED else site.anonymous


def may_be_named(user: User, site: Site) -> bool:
    """Whether the site's server may get tokens for this person. Never administrators: nobody lends out every role."""
    if not user.is_active or user.is_visitor or user.is_superuser or user.is_staff:
        return False
    return user.groups.filter(name__in=list(site.groups)).exists()
