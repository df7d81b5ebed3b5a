"""The servers and processes of the deterministic kill set: started once for all of its tests in a test process."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from chatbot_project.mongo import connections, devserver
from orchestrator.catalog.loader import blueprint_load
from orchestrator.catalog.sync import blueprint_store
from tests.chaos.kills.site import Site
from tests.chaos.kills.stage import ASKS
from tests.servers.cloud import emulator
from tests.servers.mongo import use
from tests.servers.quick_terraform import BLUEPRINT
from tests.servers.real_terraform import RealTerraform

KILLS = "infrachat_kills"
# What the processes themselves write, and what never changes.
_KEPT = frozenset(
    {
        *("django_migrations", "django_content_type", "auth_permission", "orchestrator_process"),
        *("orchestrator_blueprint", "orchestrator_blueprintversion", "orchestrator_action", "orchestrator_environment"),
    }
)


@pytest.fixture(scope="package")
def lasting_site(
    mongod_uri: str,
    redis_server_url: str,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp("kills")
    before = settings.MONGODB_URI, settings.MONGODB_DATABASE
    with (
        emulator(directory, "broker") as sqs,
        emulator(directory, "cloud") as cloud,
        django_db_blocker.unblock(),
    ):
        use(mongod_uri, KILLS)
        call_command("migrate", verbosity=0, interactive=False)
        site = Site(directory, mongo=(mongod_uri, KILLS), redis=redis_server_url, sqs=sqs, cloud=cloud)
        site.manage("provision")
        for blueprint in (BLUEPRINT, _asking(directory)):
            blueprint_store(blueprint_load(blueprint))
        # So that who dies in a transaction holds its documents for a second.
        _transactions(1)
        yield site
        use(mongod_uri, KILLS)
        site.stop()
        _transactions(devserver.TRANSACTION_SECONDS)
        use(*before)


@pytest.fixture
def terraform() -> RealTerraform | None:
    """Which Terraform the processes run: None for the quick stand-in."""
    return None


@pytest.fixture
def site(
    terraform: RealTerraform | None, lasting_site: Site, mongod_uri: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Site]:
    """An empty database; nothing armed."""
    before = settings.MONGODB_URI, settings.MONGODB_DATABASE
    with django_db_blocker.unblock():
        use(mongod_uri, KILLS)
        database = connections.database()
        for name in database.list_collection_names():
            if name not in _KEPT and not name.startswith("system."):
                database[name].delete_many({})
        lasting_site.begin(terraform)
        yield lasting_site
        lasting_site.arm()
        lasting_site.end_terraform()
        use(*before)


def _transactions(seconds: int) -> None:
    connections.client().admin.command({"setParameter": 1, "transactionLifetimeLimitSeconds": seconds})


def _asking(directory: Path) -> Path:
    """The same blueprint, which wants people asked before it goes on."""
    copy = directory / "blueprints" / ASKS
    shutil.copytree(BLUEPRINT, copy)
    file = copy / "blueprint.yaml"
    text = file.read_text().replace(f"name: {BLUEPRINT.name}", f"name: {ASKS}")
    file.write_text(text.replace("continue_after_interruption: true", "continue_after_interruption: false"))
    return copy
