"""What waits for approval in other people's conversations: read over REST, for their frames go to those alone."""

from typing import Any

import httpx

from .addresses import Addresses
from .frames import Data, Refused, Unreachable

_PATH = "jobs/?state=awaiting_approval&limit=100"


async def jobs_waiting(addresses: Addresses, token: str) -> list[Data]:
    """The waiting jobs that this person may see, the latest first. Raises Refused or Unreachable."""
    address = addresses.api(_PATH)
    try:
        async with httpx.AsyncClient(timeout=15, headers={"Authorization": f"Token {token}"}) as http:
            response = await http.get(address)
        body: Any = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise Unreachable(f"No answer from {address} ({error}). Try again in a moment.") from error
    if not response.is_success:
        raise Refused(body if isinstance(body, dict) else {"status": response.status_code})
    return list(body["results"])
