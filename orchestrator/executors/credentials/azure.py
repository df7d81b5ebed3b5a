"""Azure: what the providers azurerm and azapi read from their environment.

Names and meanings: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs#argument-reference and its
guides (client secret, client certificate, OpenID Connect, managed identity).
"""

from collections.abc import Callable, Mapping
from typing import Any

from orchestrator.executors.base import CloudAccess, StackRef
from orchestrator.sentences import stated

from .base import Place, Worker, plain_tags

_SECRET = ("ARM_CLIENT_SECRET", "ARM_CLIENT_SECRET_FILE_PATH")
_CERTIFICATE = ("ARM_CLIENT_CERTIFICATE", "ARM_CLIENT_CERTIFICATE_PATH")
_TOKEN = ("ARM_OIDC_TOKEN", "ARM_OIDC_TOKEN_FILE_PATH")
_FILES = ("ARM_CLIENT_SECRET_FILE_PATH", "ARM_CLIENT_CERTIFICATE_PATH", "ARM_OIDC_TOKEN_FILE_PATH")

_AZURERM = ('"azurerm_', '/azurerm"')
_AZAPI = ('"azapi_', '/azapi"')

_BY_SECRET = stated("ARM_CLIENT_SECRET or ARM_CLIENT_SECRET_FILE_PATH")
_BY_CERTIFICATE = stated("ARM_CLIENT_CERTIFICATE or ARM_CLIENT_CERTIFICATE_PATH (and ARM_CLIENT_CERTIFICATE_PASSWORD)")
_BY_TOKEN = stated("ARM_USE_OIDC=true with ARM_OIDC_TOKEN or ARM_OIDC_TOKEN_FILE_PATH")
_BY_MACHINE = "ARM_USE_MSI=true"
_VARIABLES = {
    _BY_SECRET: _SECRET,
    _BY_CERTIFICATE: (*_CERTIFICATE, "ARM_CLIENT_CERTIFICATE_PASSWORD"),
    _BY_TOKEN: _TOKEN,
    _BY_MACHINE: ("ARM_MSI_ENDPOINT",),
}


class AzureAdapter:
    kind = "azure"
    title = "Azure"
    variables = frozenset(
        {
            *("ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID", "ARM_CLIENT_ID", "ARM_USE_CLI", "ARM_USE_OIDC", "ARM_USE_MSI"),
            *(name for names in _VARIABLES.values() for name in names),
        }
    )
    marks: tuple[str, ...] = (*_AZURERM, *_AZAPI)

    def access(self, place: Place, environ: Mapping[str, str]) -> CloudAccess:
        worker = Worker(place, environ)
        way = self._way(worker)
        if way == _BY_TOKEN and not worker.some(_TOKEN):
            token, file = (worker.called(name) for name in _TOKEN)
            raise worker.missing(
                stated(
                    "%(name)s is true and there is neither %(token)s nor %(file)s",
                    name=worker.called("ARM_USE_OIDC"),
                    token=token,
                    file=file,
                )
            )
        named = {"ARM_TENANT_ID": place.tenant_id, "ARM_SUBSCRIPTION_ID": place.subscription_id}
        if unnamed := [name for name, value in named.items() if not value]:
            raise worker.missing(stated("the environment does not name its %(names)s", names=", ".join(unnamed)))
        client = place.client_id or worker.get("ARM_CLIENT_ID")
        if not client and way != _BY_MACHINE:
            raise worker.missing(
                stated(
                    "neither the environment names a client id nor has the worker %(name)s",
                    name=worker.called("ARM_CLIENT_ID"),
                )
            )
        secrets = worker.some(_VARIABLES[way])
        named |= {"ARM_CLIENT_ID": client} if client else {}
        # Nothing else that may be found on the machine: neither who is signed in to the command line tool, nor what a
        # managed identity may do.
        switches = {"ARM_USE_CLI": False, "ARM_USE_OIDC": way == _BY_TOKEN, "ARM_USE_MSI": way == _BY_MACHINE}
        named |= {name: str(on).lower() for name, on in switches.items()}
        masked = tuple(worker.file(name) for name in _FILES if name in secrets)
        return CloudAccess(region=place.region, secrets=secrets, kind=self.kind, named=named, masked=masked)

    def providers(self, cloud: CloudAccess, stack: StackRef, mentions: Callable[[str], bool]) -> dict[str, Any]:
        """azurerm knows no default tags; azapi has them."""
        made = self.demanded(mentions)
        if any(map(mentions, _AZAPI)):
            made["azapi"] = {"default_tags": plain_tags(stack)}
        return made

    def demanded(self, mentions: Callable[[str], bool]) -> dict[str, Any]:
        """Without its `features` azurerm does not even let a module be validated
        (https://github.com/hashicorp/terraform-provider-azurerm/issues/8733)."""
        return {"azurerm": {"features": {}}} if any(map(mentions, _AZURERM)) else {}

    def _way(self, worker: Worker) -> str:
        ways = {
            _BY_SECRET: bool(worker.some(_SECRET)),
            _BY_CERTIFICATE: bool(worker.some(_CERTIFICATE)),
            _BY_TOKEN: worker.is_on("ARM_USE_OIDC"),
            _BY_MACHINE: worker.is_on("ARM_USE_MSI"),
        }
        return worker.one_way(ways, self.title)
