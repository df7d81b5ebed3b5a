"""HTTP calls to addresses that people wrote: no private, link-local, loopback or metadata address is ever reached.

The name is resolved, every address it has is checked, and the connection goes to a checked address itself; the same
again at every redirect. Knows no Django. Why so: docs/decisions/0016-pinned-http-calls.md.
"""

from .client import send
from .errors import HttpCallError
from .policy import Policy, Request, Response
from .resolving import Resolver
from .urls import Address, address_read

__all__ = ["Address", "HttpCallError", "Policy", "Request", "Resolver", "Response", "address_read", "send"]
