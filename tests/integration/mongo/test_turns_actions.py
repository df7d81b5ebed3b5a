"""An action through the whole chat: sentence, preview, yes, call, answer; and where its secret goes."""

from typing import Any
from uuid import uuid4

import boto3
import pytest
from pymongo.database import Database

from conversations import services, turns
from conversations.stream import frames_after
from nlu import storage
from nlu.active import active_models
from nlu.types import Person
from nlu.versions import version_store
from orchestrator import selectors
from orchestrator.catalog.sync import catalog_sync
from orchestrator.executors import registry
from orchestrator.runner import run_job
from orchestrator.services import environments_seed
from orchestrator.types import JobView
from tests.integration.mongo.orchestrating import approve, person
from tests.servers.trained import Trained
from tests.unit.conversations.dialogue import catalogue

OWNER = "infrastructure@tests:3"


class Chat:
    """One person, who may ask in every environment, in one conversation."""

    def __init__(self) -> None:
        self.user = person("demo", "requester")
        self.id = services.conversation_create(user=self.user).id

    def say(self, text: str) -> str:
        """What the bot answers at once."""
        before = self.bot()
        accepted = services.message_accept(conversation_id=self.id, user=self.user, client_id=str(uuid4()), text=text)
        assert turns.turn_process(accepted.turn_id or "")
        return "\n".join(self.bot()[len(before) :])

    def bot(self) -> list[str]:
        return [each.data["text"] for each in frames_after(self.id, 0, 200) if each.data.get("author") == "bot"]

    def job(self) -> JobView:
        return selectors.jobs_list(viewer=self.user)[0]

    def work(self) -> str:
        """What a worker makes of the job."""
        return run_job(self.job().id, owner=OWNER, executors=registry)


@pytest.fixture
def chat(mongo_db: Database[Any], redis_url: str, cloud_endpoint: str, trained: Trained) -> Chat:
    active_models.forget()
    environments_seed()
    catalog_sync()
    storage.bot_ensure("default")
    model = trained(catalogue.training_data(), None)
    version_store(bot="default", model=model, data=model.data, titles={}, activate=True, by=Person(None, "test"))
    return Chat()


def client(service: str) -> Any:
    region = next(each.region for each in selectors.environments_list() if each.name == "staging")
    return boto3.client(service, region_name=region)  # type: ignore[call-overload]


def test_a_server_is_stopped_from_the_chat(chat: Chat) -> None:
    ec2 = client("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web-1"}]}]
    server = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, TagSpecifications=tags)["Instances"][0][
        "InstanceId"
    ]

    assert "Stop a server: `web-1` in `staging`." in chat.say("stop the server web-1 in staging")
    assert chat.work() == "awaiting_approval"
    plan = chat.job().plan
    assert plan is not None
    assert plan.text.startswith(f"Stops the server web-1 ({server}), running since 20")
    assert state(ec2, server) == "running"

    chat.say("yes")
    assert chat.work() == "succeeded"

    assert state(ec2, server) == "stopped"
    assert (chat.job().title, chat.job().result_text) == (
        "Stop a server: web-1 in staging",
        f"The server web-1 ({server}) in staging is stopped.",
    )


def state(ec2: Any, server: str) -> str:
    found = ec2.describe_instances(InstanceIds=[server])["Reservations"][0]["Instances"][0]
    return str(found["State"]["Name"])


def test_a_new_access_key_is_kept_nowhere_but_in_secrets_manager(chat: Chat, mongo_db: Database[Any]) -> None:
    iam = client("iam")
    iam.create_user(UserName="deployer-1")
    iam.create_access_key(UserName="deployer-1")
    approver = person("approver", "approver")

    chat.say("rotate the access key of the user deployer-1 in staging")
    assert chat.work() == "awaiting_approval"
    job = chat.job()
    assert job.plan is not None
    approve(job, approver, job.plan.plan_hash)
    assert chat.work() == "succeeded"

    secrets = client("secretsmanager")
    (stored,) = secrets.list_secrets()["SecretList"]
    secret = secrets.get_secret_value(SecretId=stored["ARN"])["SecretString"].split('"')[-2]
    assert stored["ARN"] in chat.job().result_text
    everything = [str(each) for name in mongo_db.list_collection_names() for each in mongo_db[name].find()]
    assert len(secret) == 40
    assert not [each for each in everything if secret in each]
