"""Where an environment is: its cloud, the account there, and what is wrong with what somebody wrote about it."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

AWS, AZURE, GOOGLE = "aws", "azure", "google"
CLOUDS = {AWS: "AWS", AZURE: "Azure", GOOGLE: "Google Cloud"}
"""What people call them; the adapters of executors/credentials have the same names."""

_OF_ONE_CLOUD = {
    AWS: ("role_arn", "session_policy", "endpoint_url"),
    AZURE: ("tenant_id", "subscription_id", "client_id"),
    GOOGLE: ("project_id", "service_account"),
}
PLACE_FIELDS = ("credentials_prefix", *(name for names in _OF_ONE_CLOUD.values() for name in names))
"""What an environment says besides its region and cloud; the names of `executors.credentials.base.Place`."""

_LONGEST_SESSION_POLICY = 2048
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,512}\Z")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_PROJECT = re.compile(r"(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]\Z")
_SERVICE_ACCOUNT = re.compile(r"[a-z0-9][a-z0-9-]{4,62}@[a-z0-9.-]+\.gserviceaccount\.com\Z")
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_AWS_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d\Z")


def cloud_of(environment: Mapping[str, Any]) -> str:
    """Of a raw document; one that was stored before there were others is in AWS."""
    return environment.get("cloud") or AWS


def place_of(environment: Mapping[str, Any]) -> str:
    """For people: `us-east-1`, `Azure westeurope`."""
    cloud = cloud_of(environment)
    return str(environment["region"]) if cloud == AWS else f"{CLOUDS[cloud]} {environment['region']}"


def place_problems(place: Mapping[str, str]) -> dict[str, str]:
    """{field: sentence} of what is wrong; `place` has the fields of PLACE_FIELDS, `cloud` and `region`."""
    cloud = place.get("cloud") or AWS
    if cloud not in CLOUDS:
        return {"cloud": _("There is no such cloud here. There are: %(names)s.") % {"names": ", ".join(CLOUDS)}}
    found = {name: _of_another(name, cloud) for name in _foreign(cloud) if place.get(name)}
    prefix = place.get("credentials_prefix") or ""
    if prefix and not _PREFIX.match(prefix):
        found["credentials_prefix"] = _("Use letters, digits and underscores, a letter first: PRODUCTION.")
    checks = {AWS: _in_aws, AZURE: _in_azure, GOOGLE: _in_google}
    return {**checks[cloud](place), **found}


def _foreign(cloud: str) -> list[str]:
    return [name for other, names in _OF_ONE_CLOUD.items() if other != cloud for name in names]


def _of_another(name: str, cloud: str) -> str:
    owner = next(CLOUDS[other] for other, names in _OF_ONE_CLOUD.items() if name in names)
    return _("This is for %(other)s, and the environment is in %(cloud)s. Leave it empty.") % {
        "other": owner,
        "cloud": CLOUDS[cloud],
    }


def _in_aws(place: Mapping[str, str]) -> dict[str, str]:
    found = {}
    role, policy = place.get("role_arn") or "", place.get("session_policy") or ""
    if role and not _ROLE.match(role):
        found["role_arn"] = _("Give the role's whole ARN: arn:aws:iam::123456789012:role/infrachat-staging.")
    if policy and not role:
        found["session_policy"] = _("It narrows what an assumed role may do: name the role as well, or leave it empty.")
    elif policy and (problem := _policy_problem(policy)):
        found["session_policy"] = problem
    return found


def _policy_problem(policy: str) -> str:
    if len(policy) > _LONGEST_SESSION_POLICY:
        return _("AWS takes %(most)s characters at most, and this has %(number)s.") % {
            "most": _LONGEST_SESSION_POLICY,
            "number": len(policy),
        }
    try:
        content = json.loads(policy)
    except RecursionError:
        return _("That is nested too deeply.")
    except ValueError as error:
        return _("This is no JSON: %(problem)s.") % {"problem": error}
    if not isinstance(content, dict) or not content.get("Statement"):
        return _('Give a policy as IAM has them: {"Version": "2012-10-17", "Statement": [...]}.')
    return ""


def _in_azure(place: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, what in (("tenant_id", _("the tenant")), ("subscription_id", _("the subscription"))):
        if not _UUID.match(place.get(name) or ""):
            found[name] = _("Give the id of %(what)s: 00000000-0000-0000-0000-000000000000.") % {"what": what}
    client = place.get("client_id") or ""
    if client and not _UUID.match(client):
        found["client_id"] = _("Give the application's (client's) id, or leave it to the worker's ARM_CLIENT_ID.")
    return {**found, **_region(place, "westeurope")}


def _in_google(place: Mapping[str, str]) -> dict[str, str]:
    found = {}
    if not _PROJECT.match(place.get("project_id") or ""):
        found["project_id"] = _("Give the project's id, not its name or number: acme-staging-4711.")
    account = place.get("service_account") or ""
    if account and not _SERVICE_ACCOUNT.match(account):
        found["service_account"] = _(
            "Give the service account's address: infrachat@acme-staging-4711.iam.gserviceaccount.com."
        )
    return {**found, **_region(place, "europe-west1")}


def _region(place: Mapping[str, str], example: str) -> dict[str, str]:
    """A region that was left as it is offered."""
    if not _AWS_REGION.match(place.get("region") or ""):
        return {}
    said = {"region": place["region"], "cloud": CLOUDS[place["cloud"]], "example": example}
    return {"region": _("%(region)s is a region of AWS; %(cloud)s has others, like %(example)s.") % said}
