"""Getting and renewing tokens: by a site's server for people it knows, by a page for its visitor or with a token."""

import time
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from chatbot_project.accounts.models import User
from chatbot_project.accounts.selectors import user_by_name, user_get
from chatbot_project.accounts.services import visitor_ensure

from .. import limits
from ..documents import ConversationView
from ..errors import InvalidRequest, NotAllowed, NotFound, NotSignedIn
from ..selectors import conversation_newest
from ..services import conversation_create
from .guests import NAMED, PERSON, VISITOR, guest_site, may_be_named
from .sites import Site, site_get
from .tokens import Claim, token_read, token_sign, visitor_read, visitor_sign
from .visitors import visitor_note

LATEST, NEW = "latest", "new"


@dataclass(frozen=True)
class Session:
    """`visitor` is the key by which a visitor is known again, "" for everybody else."""

    user: User
    site: Site
    token: str
    expires_at: datetime
    visitor: str
    conversation: ConversationView | None


def site_of(name: str, origin: str) -> Site:
    """The site on whose page something was asked. Raises NotAllowed for every other page."""
    site = site_get(name)
    if site is None or origin not in site.origins:
        raise NotAllowed(
            _("The chat may not be embedded here. An administrator lists the page's origin at the embedding site."),
            field="origin",
        )
    return site


def session_continue(*, site: Site, origin: str, token: str, begin: str | None = None) -> Session:
    """A new token in the place of one that is still good. Raises NotSignedIn, NotAllowed, TooMany."""
    user, own = guest_site(token, origin)
    claim = token_read(token)
    if claim is None or own.name != site.name:
        raise NotAllowed(_("This pass to the chat was issued for another page."), field="token")
    limits.message_allow(str(user.id))
    if claim.kind != VISITOR and time.time() - claim.since > settings.WIDGET["RENEWAL_SECONDS"]:
        raise NotSignedIn(_("This page's pass to the chat cannot be renewed any more. Load the page again."))
    return _session(user, site, claim, begin)


def session_visit(*, site: Site, origin: str, visitor: str | None, address: str, begin: str | None = None) -> Session:
    """A token for a visitor: known by their key, or a new one. Raises NotAllowed, TooMany."""
    if not site.anonymous:
        raise NotAllowed(_("On this page the chat is open to people who are signed in there."), field="token")
    user = _visitor(visitor_read(visitor, site.name)) if visitor else None
    if user is None:
        limits.visitors_allow(address)
        user = visitor_ensure(f"visitor-{uuid4().hex[:16]}")
    return _session(user, site, _claim(user, site, VISITOR, origin), begin)


def token_for_person(*, backend: User, site_name: str, origin: str, username: str) -> tuple[str, datetime]:
    """A token for somebody with an account here. Raises NotFound, NotAllowed, InvalidRequest naming the field."""
    site = _site_of_backend(backend, site_name, origin)
    user = user_by_name(username)
    if user is None or not may_be_named(user, site):
        # Who may not be named need not be known to exist.
        raise NotFound(
            _("There is no %(name)s whom this site may name. It may name members of its groups, never administrators.")
            % {"name": username[:150]},
            field="user",
        )
    return token_sign(_claim(user, site, PERSON, origin))


def token_for_visitor(*, backend: User, site_name: str, origin: str, visitor: str) -> tuple[str, datetime]:
    """A token for somebody whom the site's server knows under a name of its own, without an account here."""
    site = _site_of_backend(backend, site_name, origin)
    digest = salted_hmac("conversations.widget.named", f"{site.name}:{visitor}", algorithm="sha256").hexdigest()
    user = visitor_ensure(f"visitor-{digest[:32]}")
    visitor_note(user, site.name)
    return token_sign(_claim(user, site, NAMED, origin))


def _site_of_backend(backend: User, name: str, origin: str) -> Site:
    """Only the account that is named at the site; an administrator has no way around it."""
    limits.server_tokens_allow(str(backend.id))
    site = site_get(name)
    if site is None or site.backend_id != str(backend.id):
        raise NotAllowed(_("Your account is not the one of this site's server."), field="site")
    if origin not in site.origins:
        raise InvalidRequest(
            _("origin must be one of: %(origins)s.") % {"origins": ", ".join(site.origins)}, field="origin"
        )
    return site


def _visitor(user_id: str | None) -> User | None:
    user = user_get(user_id) if user_id else None
    return user if user is not None and user.is_visitor else None


def _claim(user: User, site: Site, kind: str, origin: str) -> Claim:
    return Claim(site=site.name, user_id=str(user.id), kind=kind, origin=origin, since=int(time.time()))


def _session(user: User, site: Site, claim: Claim, begin: str | None) -> Session:
    if claim.kind != PERSON:
        visitor_note(user, site.name)
    conversation = None if begin == NEW else conversation_newest(owner_id=str(user.id), site=site.name)
    if conversation is None and begin in (LATEST, NEW):
        conversation = conversation_create(user=user, bot=site.bot, site=site.name)
    token, expires_at = token_sign(claim)
    key = visitor_sign(site.name, str(user.id)) if claim.kind == VISITOR else ""
    return Session(user, site, token, expires_at, key, conversation)
