"""The table of who may see what holds for the environments that processes really get."""

import re
from pathlib import Path

import pytest

from chatbot_project import checks
from chatbot_project.devstack import environment, state
from chatbot_project.devstack.addresses import SERVERS, Addresses
from chatbot_project.devstack.environment import GRANTS, PASSED, ROLES, Grant, environment_of

STATE = Path("/nowhere/.infrachat")
PERSON = {
    "PATH": "/usr/bin",
    "HOME": "/home/ada",
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SECRET_ACCESS_KEY": "real-secret",
    "AWS_SESSION_TOKEN": "real-token",
    "AWS_PROFILE": "company",
    "AZURE_CLIENT_SECRET": "real-azure",
    "GOOGLE_APPLICATION_CREDENTIALS": "/home/ada/key.json",
    "GITHUB_TOKEN": "real-github",
    "DEMO_PASSWORD": "shown-once",
}


def addresses(own: frozenset[str] = frozenset(SERVERS)) -> Addresses:
    return Addresses(
        web="http://127.0.0.1:8000",
        flower="http://127.0.0.1:5555",
        mongodb_uri="mongodb://127.0.0.1:27117/?replicaSet=rs0",
        redis_url="redis://127.0.0.1:6479/0",
        sqs_endpoint="http://127.0.0.1:9324",
        cloud_endpoint="http://127.0.0.1:9325" if "emulator-cloud" in own else "",
        own=own,
        ports={"web": 8000, "flower": 5555},
    )


def made(process: str, own: frozenset[str] = frozenset(SERVERS), **more: str) -> dict[str, str]:
    return environment_of(process, addresses(own), STATE, {**PERSON, **more})


SEES = {
    "web": {Grant.MONGODB, Grant.REDIS},
    "flower": {Grant.MONGODB, Grant.REDIS},
    "scheduler": {Grant.MONGODB, Grant.REDIS, Grant.QUEUE},
    "worker-background": {Grant.MONGODB, Grant.REDIS, Grant.QUEUE, Grant.ARCHIVE},
    "worker-infrastructure": set(Grant) - {Grant.ARCHIVE},
    "prepare": set(Grant),
}


def test_the_table_is_the_one_of_the_design() -> None:
    assert {name: set(grants) for name, grants in GRANTS.items()} == SEES
    assert set(ROLES) == set(GRANTS)


@pytest.mark.parametrize("process", sorted(GRANTS))
def test_each_process_sees_what_the_table_gives_it_and_no_more(process: str) -> None:
    env = made(process)
    assert ("MONGODB_URI" in env) == (Grant.MONGODB in SEES[process])
    assert ("REDIS_URL" in env) == (Grant.REDIS in SEES[process])
    assert ("SQS_ACCESS_KEY_ID" in env) == (Grant.QUEUE in SEES[process])
    assert ("ARCHIVE_SECRET_ACCESS_KEY" in env) == (Grant.ARCHIVE in SEES[process])
    assert ("STORE_ENDPOINT_URL" in env) == (Grant.STORE in SEES[process])
    assert bool(checks.cloud_credentials(env)) == (Grant.CLOUD in SEES[process])
    assert env["INFRACHAT_PROCESS"] == ROLES[process]


@pytest.mark.parametrize("process", sorted(GRANTS))
def test_nobody_gets_a_persons_keys_for_an_emulated_cloud(process: str) -> None:
    env = made(process)
    assert "real" not in " ".join(env.values()).lower()
    assert env["HOME"] == str(STATE / "home")
    assert env["TMPDIR"] == str(STATE / "tmp")


def test_a_persons_cloud_reaches_the_infrastructure_worker_alone() -> None:
    own = frozenset(SERVERS) - {"emulator-cloud"}
    for process in GRANTS:
        env = made(process, own, AWS_ENDPOINT_URL="http://cloud.example:4566")
        has_key = env.get("AWS_ACCESS_KEY_ID") == "AKIAREAL"
        assert has_key == (Grant.CLOUD in SEES[process]), process
        assert "GITHUB_TOKEN" not in env


def test_the_demo_password_is_told_to_the_preparation_and_to_flower_alone() -> None:
    assert [process for process in GRANTS if "DEMO_PASSWORD" in made(process)] == ["prepare"]
    assert [process for process in GRANTS if "shown-once" in " ".join(made(process).values())] == ["flower", "prepare"]
    assert made("flower", FLOWER_BASIC_AUTH="ada:engine")["FLOWER_BASIC_AUTH"] == "ada:engine"


def test_the_keys_of_language_models_reach_the_background_worker_alone() -> None:
    keys = {"LLM_API_KEY": "one", "LLM_API_KEY_SALES": "two"}
    for process in GRANTS:
        env = made(process, **keys)
        assert {name: env[name] for name in keys if name in env} == (keys if process == "worker-background" else {})
    assert checks.language_model_keys(keys) == sorted(keys)


def test_the_secrets_of_bots_calls_reach_the_background_worker_alone() -> None:
    names = {"TOOL_SECRET_WEATHER": "one", "TOOL_SECRET_ERP": "two"}
    for process in GRANTS:
        env = made(process, **names)
        assert {name: env[name] for name in names if name in env} == (names if process == "worker-background" else {})
    assert checks.tool_secrets(names) == sorted(names)


def test_a_replaced_broker_keeps_the_persons_settings() -> None:
    own = frozenset(SERVERS) - {"emulator-broker"}
    env = made("scheduler", own, CELERY_BROKER_URL="sqs://key:secret@queue.example:9324//")
    assert env["CELERY_BROKER_URL"] == "sqs://key:secret@queue.example:9324//"
    assert "SQS_ACCESS_KEY_ID" not in env
    assert "CELERY_BROKER_URL" not in made("web", own, CELERY_BROKER_URL="sqs://key:secret@queue.example:9324//")


def test_every_setting_can_be_given_to_the_processes_that_read_it() -> None:
    """A variable that the settings read and the table does not know would silently have no effect."""
    reads = re.compile(
        r'(?:env\.\w+|whole_number|decimal|flag|one_of|required)\(\s*"([A-Z][A-Z0-9_]+)"',
    )
    folder = state.PROJECT / "chatbot_project" / "settings"
    read = {
        name for path in [*folder.glob("parts/*.py"), folder / "base.py"] for name in reads.findall(path.read_text())
    }
    known = {*environment.EVERYBODY, *(name for names in PASSED.values() for name in names), "INFRACHAT_PROCESS"}
    assert read - known == set()
