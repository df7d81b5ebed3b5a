"""Each built-in action against a cloud: what is said before anybody approves, what is done, what is refused."""

import dataclasses
import json
from typing import Any

import pytest

from orchestrator.executors import registry
from orchestrator.executors.base import ApplyOutcome, ExecutorError, PlanVoid
from tests.integration.cloud.test_actions import Asked, client, definition


class Action(Asked):
    def __init__(self, endpoint: str, action: str, **values: Any) -> None:
        super().__init__(endpoint, definition(action), values=values)

    def plan(self) -> Any:
        return registry.get("action").plan(self.context)

    def preview(self) -> str:
        """What is said before the call is named."""
        return str(self.plan().sentence).partition(" Calls ")[0]

    def refused(self) -> str:
        with pytest.raises(ExecutorError) as refused:
            self.plan()
        return refused.value.detail

    def done(self) -> ApplyOutcome:
        outcome: ApplyOutcome = self.answer()
        assert outcome.status == "succeeded", outcome
        return outcome


@pytest.fixture
def server(cloud_endpoint: str) -> str:
    """The id of a running server called web-1."""
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web-1"}]}]
    ec2 = client("ec2", cloud_endpoint)
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, InstanceType="t3.micro", TagSpecifications=tags)
    return str(made["Instances"][0]["InstanceId"])


@pytest.fixture
def bucket(cloud_endpoint: str) -> Any:
    s3 = client("s3", cloud_endpoint)
    s3.create_bucket(Bucket="acme")
    s3.put_bucket_versioning(Bucket="acme", VersioningConfiguration={"Status": "Enabled"})
    return s3


def test_servers_are_listed_and_described_by_name_or_id(cloud_endpoint: str, server: str) -> None:
    listed = Action(cloud_endpoint, "list-servers").done().sentence
    assert listed == f"Servers in staging (1):\n- web-1 ({server}): running, t3.micro"
    for name in ("web-1", server):
        described = Action(cloud_endpoint, "describe-server", name=name).done().sentence
        assert described.startswith(f"Server {name} ({server}) in staging:\n- state: running\n- type: t3.micro\n")


def test_a_server_is_stopped_started_and_rebooted(cloud_endpoint: str, server: str) -> None:
    stop = Action(cloud_endpoint, "stop-server", name="web-1")
    plan = stop.plan()
    assert plan.sentence.startswith(f"Stops the server web-1 ({server}), running since 20")
    assert plan.sentence.endswith(
        "UTC. Its disks stay; what is in its memory is lost. Calls ec2:StopInstances in "
        "us-east-1, which changes the cloud. A dry run says that it would be allowed."
    )
    assert state(cloud_endpoint, server) == "running", "planning changes nothing"

    assert stop.done().sentence == f"The server web-1 ({server}) in staging is stopped."
    assert state(cloud_endpoint, server) == "stopped"
    assert Action(cloud_endpoint, "stop-server", name=server).refused().endswith("is stopped already.")
    assert "Start it instead" in Action(cloud_endpoint, "reboot-server", name=server).refused()

    start = Action(cloud_endpoint, "start-server", name="web-1")
    assert start.preview() == f"Starts the server web-1 ({server}), which is stopped."
    assert start.done().sentence == f"The server web-1 ({server}) in staging is running."
    assert Action(cloud_endpoint, "reboot-server", name="web-1").done().status == "succeeded"
    assert state(cloud_endpoint, server) == "running"


def state(endpoint: str, server: str) -> str:
    found = client("ec2", endpoint).describe_instances(InstanceIds=[server])
    return str(found["Reservations"][0]["Instances"][0]["State"]["Name"])


def test_which_server_is_meant_is_never_guessed(cloud_endpoint: str, server: str) -> None:
    ec2 = client("ec2", cloud_endpoint)
    stop = Action(cloud_endpoint, "stop-server", name="web-1")
    approved = stop.plan().plan_hash
    assert "There is no server web-2 in staging." in Action(cloud_endpoint, "stop-server", name="web-2").refused()
    hostile = "web-1' || `true`"
    assert f"There is no server {hostile}" in Action(cloud_endpoint, "stop-server", name=hostile).refused()

    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    other = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    ec2.create_tags(Resources=[other], Tags=[{"Key": "Name", "Value": "web-1"}])
    refused = stop.refused()
    assert refused.startswith("Several servers in staging are called web-1.")
    assert {f"- {server} (running)", f"- {other} (running)"} <= set(refused.splitlines())

    # The name has moved on to another server since the approval.
    ec2.create_tags(Resources=[server], Tags=[{"Key": "Name", "Value": "web-9"}])
    with pytest.raises(PlanVoid):
        registry.get("action").apply(stop.context, approved)
    assert state(cloud_endpoint, other) == "running"


def test_a_volume_is_snapshotted(cloud_endpoint: str, server: str) -> None:
    ec2 = client("ec2", cloud_endpoint)
    volume = ec2.describe_volumes()["Volumes"][0]["VolumeId"]
    action = Action(cloud_endpoint, "snapshot-volume", name=volume)

    assert action.preview().startswith(
        f"Takes a snapshot of the volume {volume} ({volume}, 8 GB, of the server {server})"
    )
    before = len(ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"])
    outcome = action.done()

    (made,) = [each for each in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"] if each["VolumeId"] == volume]
    assert len(ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]) == before + 1
    assert made["SnapshotId"] in outcome.sentence
    assert {"Key": "infrachat:job", "Value": action.context.job_id} in made["Tags"]


def test_objects_are_written_listed_read_and_emptied(cloud_endpoint: str, bucket: Any) -> None:
    empty = Action(cloud_endpoint, "empty-bucket", name="acme")
    assert empty.refused() == "The bucket acme is empty already."
    put = Action(cloud_endpoint, "put-object", name="acme", key="notes/a.txt", content="Grüße")
    assert put.preview().endswith("is replaced (size -, changed -; versioning of the bucket: Enabled).")
    assert put.done().sentence == "The object notes/a.txt is written into the bucket acme."
    assert Action(cloud_endpoint, "put-object", name="acme", key="notes/a.txt", content="Hello").done()
    bucket.put_object(Bucket="acme", Key="image", Body=b"\xff\xfe\x00")

    listed = Action(cloud_endpoint, "list-objects", name="acme", prefix="notes/").done().sentence
    assert listed.startswith("Objects in acme (1; a thousand are shown at most):\n- notes/a.txt (5 bytes, 20")
    assert (
        Action(cloud_endpoint, "list-objects", name="acme", prefix="x").done().sentence.startswith("There is no such")
    )
    read = Action(cloud_endpoint, "get-object", name="acme", key="notes/a.txt")
    assert read.context.action is not None
    assert read.context.action["risk"] == "low", "a content that all of the conversation see is asked about"
    assert read.done().sentence == "notes/a.txt in acme (5 bytes, text/plain; charset=utf-8):\n\nHello"
    assert read.plan().counts.read == 1
    assert Action(cloud_endpoint, "get-object", name="acme", key="image").done().sentence.endswith("is no text.")
    assert Action(cloud_endpoint, "get-object", name="acme", key="none").refused().startswith("There is no object none")

    assert "now 2 objects in 3 versions" in empty.preview()
    assert empty.done().sentence == "The bucket acme is empty: 3 versions of objects were deleted."
    assert "Versions" not in bucket.list_object_versions(Bucket="acme")
    assert Action(cloud_endpoint, "empty-bucket", name="none").refused() == "There is no bucket none in staging."


@pytest.mark.full
def test_a_bucket_of_more_than_one_batch_is_emptied_and_a_stop_is_heeded(cloud_endpoint: str, bucket: Any) -> None:
    batched = definition("empty-bucket")
    batched = {**batched, "each": {**batched["each"], "at_most": 2}}
    for number in range(5):
        bucket.put_object(Bucket="acme", Key=str(number), Body=b"x")
    asked = Asked(cloud_endpoint, batched, values={"name": "acme"})
    stopping = Asked(cloud_endpoint, batched, values={"name": "acme"})
    heard: list[str] = []
    stopping.context = dataclasses.replace(
        stopping.context,
        emit=lambda line: heard.append(line.text),
        should_stop=lambda: "cancel" if "2 done" in heard else None,
    )

    stopped = stopping.answer()
    assert (stopped.status, "2 were done" in stopped.sentence) == ("partially_applied", True)
    assert asked.answer().sentence == "The bucket acme is empty: 3 versions of objects were deleted."


def test_a_queue_is_measured_and_purged(cloud_endpoint: str) -> None:
    sqs = client("sqs", cloud_endpoint)
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    for _ in range(3):
        sqs.send_message(QueueUrl=url, MessageBody="x")
    depth = Action(cloud_endpoint, "queue-depth", name="orders").done().sentence
    assert depth == "Messages of the queue orders in staging, about:\n- waiting: 3\n- being worked on: 0\n- delayed: 0"
    purge = Action(cloud_endpoint, "purge-queue", name="orders")
    assert "about 3 that wait and 0 that are being worked on" in purge.preview()
    assert purge.plan().counts.delete == 1

    purge.done()

    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert found["ApproximateNumberOfMessages"] == "0"
    assert Action(cloud_endpoint, "purge-queue", name="none").refused() == "There is no queue none in staging."


def test_tables_are_listed_and_the_account_is_told(cloud_endpoint: str) -> None:
    assert Action(cloud_endpoint, "list-tables").done().sentence == "There is no table in staging."
    client("dynamodb", cloud_endpoint).create_table(
        TableName="carts",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    assert Action(cloud_endpoint, "list-tables").done().sentence == "Tables in staging (1):\n- carts"
    told = Action(cloud_endpoint, "who-am-i").done().sentence
    assert told.startswith("Jobs in staging are done as:\n- account: 123456789012\n- identity: arn:aws:")


def test_a_service_is_scaled(cloud_endpoint: str) -> None:
    ecs = client("ecs", cloud_endpoint)
    ecs.create_cluster(clusterName="default")
    ecs.register_task_definition(family="web", containerDefinitions=[{"name": "web", "image": "web:1", "memory": 64}])
    ecs.create_service(cluster="default", serviceName="web", taskDefinition="web", desiredCount=2)
    scale = Action(cloud_endpoint, "scale-service", name="web", tasks=5)
    assert scale.preview().startswith("Scales the service web in the cluster default from 2 to 5 tasks;")

    assert scale.done().sentence.startswith("The service web in staging is scaled. It shall run 5 tasks")

    assert ecs.describe_services(cluster="default", services=["web"])["services"][0]["desiredCount"] == 5
    assert "There is no service api" in Action(cloud_endpoint, "scale-service", name="api", tasks=1).refused()


@pytest.fixture
def user(cloud_endpoint: str) -> str:
    """The id of the access key of the IAM user ci."""
    iam = client("iam", cloud_endpoint)
    iam.create_user(UserName="ci")
    return str(iam.create_access_key(UserName="ci")["AccessKey"]["AccessKeyId"])


def test_an_access_key_is_rotated_and_its_secret_is_told_nobody(cloud_endpoint: str, user: str) -> None:
    rotate = Action(cloud_endpoint, "rotate-access-key", name="ci")
    plan = rotate.plan()
    assert f"The old key {user}, of 20" in plan.sentence

    outcome = rotate.done()

    iam, secrets = client("iam", cloud_endpoint), client("secretsmanager", cloud_endpoint)
    keys = {each["AccessKeyId"]: each["Status"] for each in iam.list_access_keys(UserName="ci")["AccessKeyMetadata"]}
    (new,) = set(keys) - {user}
    assert keys == {user: "Active", new: "Active"}
    (stored,) = secrets.list_secrets()["SecretList"]
    content = json.loads(secrets.get_secret_value(SecretId=stored["ARN"])["SecretString"])
    assert content["aws_access_key_id"] == new
    said = f"{plan} {outcome} {rotate.lines}"
    assert content["aws_secret_access_key"] not in said
    assert (stored["ARN"] in outcome.sentence, new in outcome.sentence) == (True, True)
    assert "two access keys already" in Action(cloud_endpoint, "rotate-access-key", name="ci").refused()

    off = Action(cloud_endpoint, "deactivate-access-key", name=user)
    assert off.preview().startswith(f"Makes the access key {user} of the user ci invalid.")
    off.done()
    keys = {each["AccessKeyId"]: each["Status"] for each in iam.list_access_keys(UserName="ci")["AccessKeyMetadata"]}
    assert keys == {user: "Inactive", new: "Active"}


@pytest.mark.parametrize(("secret_name", "code"), [("infrachat/taken", "name_taken"), ("", "invalid_value")])
def test_a_key_that_cannot_be_stored_is_taken_back(cloud_endpoint: str, user: str, secret_name: str, code: str) -> None:
    """Otherwise there would be a key whose secret nobody has."""
    broken = definition("rotate-access-key")
    (step,) = broken["then"]
    refused = {**step, "input": {**step["input"], "Name": secret_name}}
    asked = Asked(cloud_endpoint, {**broken, "then": [refused]}, values={"name": "ci"})
    client("secretsmanager", cloud_endpoint).create_secret(Name="infrachat/taken", SecretString="x")

    outcome = asked.answer()

    assert (outcome.status, outcome.error_code) == ("failed", code)
    assert outcome.sentence.endswith("What iam:CreateAccessKey had done was taken back, so nothing was changed.")
    keys = client("iam", cloud_endpoint).list_access_keys(UserName="ci")["AccessKeyMetadata"]
    assert [each["AccessKeyId"] for each in keys] == [user]


@pytest.mark.full
def test_a_call_that_was_made_did_not_fail_because_its_answer_cannot_be_shown(cloud_endpoint: str, server: str) -> None:
    stop = definition("stop-server")
    asked = Asked(
        cloud_endpoint,
        {**stop, "result": {"jmespath": "join(',', StoppingInstances[].CurrentState.Code)"}},
        values={"name": server},
    )

    outcome = asked.answer()

    assert outcome.status == "succeeded"
    assert outcome.sentence.startswith("ec2:StopInstances was accepted. The action cannot read the cloud's answer")
    assert state(cloud_endpoint, server) == "stopped"
