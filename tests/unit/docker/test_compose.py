"""The container file names the same processes as the development stack, and every command in it can be run."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from chatbot_project import checks
from chatbot_project.devstack.environment import GRANTS, ROLES, Grant
from tests.servers import forks
from tests.servers.forks import forkable

PROJECT = Path(__file__).resolve().parents[3]
SERVICES: dict[str, Any] = yaml.safe_load((PROJECT / "docker" / "compose.yaml").read_text())["services"]
OURS = sorted(GRANTS)


def environment(service: str) -> dict[str, str]:
    """What the container would get, with every required `${NAME:?…}` filled in."""
    filled = {}
    for name, value in SERVICES[service]["environment"].items():
        default = re.fullmatch(r"\$\{\w+:-(.*)\}", str(value))
        filled[name] = default[1] if default else "filled-in" if "${" in str(value) else str(value)
    return filled


def run(command: list[str], env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    bare = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "chatbot_project.settings.production"}
    argv = [sys.executable if command[0] == "python" else command[0], *command[1:]]
    if not forkable(argv):
        return subprocess.run(argv, cwd=PROJECT, env={**bare, **env}, capture_output=True, text=True, check=False)
    return forks.run(argv, cwd=PROJECT, env={**bare, **env})


def commands(service: str) -> list[list[str]]:
    """The command lines of a service; those in a shell are taken apart."""
    command: list[str] = SERVICES[service]["command"]
    if command[:2] == ["sh", "-c"]:
        return [shlex.split(each) for each in command[2].split("&&")]
    return [command]


def _often(service: str) -> Any:
    """In `make test` for the one that holds least and the one that holds most; for all of them in the long set."""
    return pytest.param(service, marks=[] if service in {"web", "worker-infrastructure"} else pytest.mark.full)


def test_the_processes_are_those_of_the_development_stack() -> None:
    assert set(OURS) <= set(SERVICES)
    assert set(SERVICES) - set(OURS) == {"mongo", "redis", "queue"}


@pytest.mark.parametrize("service", OURS)
def test_each_service_sees_what_the_table_gives_it(service: str) -> None:
    env = environment(service)
    assert env["INFRACHAT_PROCESS"] == ROLES[service]
    assert bool(checks.cloud_credentials(env)) == (Grant.CLOUD in GRANTS[service])
    assert bool(checks.queue_credentials(env)) == (Grant.QUEUE in GRANTS[service])
    assert "MONGODB_URI" in env
    assert "REDIS_URL" in env


@pytest.mark.parametrize("service", [name for name in OURS if name != "flower"])
def test_each_command_is_one_we_have(service: str) -> None:
    for command in commands(service):
        done = run([*command, "--help"], environment(service))
        assert done.returncode == 0, done.stderr
        assert "usage" in done.stdout.lower()


def test_flower_is_run_by_its_module_and_wants_a_login() -> None:
    env = {name: value for name, value in environment("flower").items() if name != "FLOWER_BASIC_AUTH"}
    (command,) = commands("flower")
    done = run(command, env)
    assert done.returncode == 1
    assert "FLOWER_BASIC_AUTH" in done.stderr
    assert "FLOWER_BASIC_AUTH" in SERVICES["flower"]["environment"]


@pytest.mark.parametrize("service", [_often(name) for name in OURS if name != "flower"])
def test_the_system_checks_accept_each_environment(service: str) -> None:
    done = run(["python", "manage.py", "check"], environment(service))
    assert done.returncode == 0, done.stderr
    assert "infrachat.E" not in done.stderr


def test_every_variable_without_a_default_is_in_the_example() -> None:
    text = (PROJECT / "docker" / "compose.yaml").read_text()
    required = set(re.findall(r"\$\{(\w+):\?", text))
    example = set(re.findall(r"^(\w+)=", (PROJECT / "docker" / "env.example").read_text(), flags=re.M))
    assert required <= example


def test_the_image_is_made_from_files_that_exist() -> None:
    dockerfile = (PROJECT / "docker" / "Dockerfile").read_text()
    assert (PROJECT / "requirements" / "production.txt").exists()
    assert "requirements/production.txt" in dockerfile
    targets = set(re.findall(r"^FROM \S+ AS (\w+)", dockerfile, flags=re.M))
    assert {service["build"]["target"] for service in SERVICES.values() if "build" in service} <= targets
    commands = re.findall(r"^RUN DJANGO_SETTINGS_MODULE=(\S+) python (manage.py .*)$", dockerfile, flags=re.M)
    assert [shlex.split(each)[1] for _, each in commands] == ["nlu_encoder", "install_terraform"]
    for settings, command in commands:
        done = run(["python", *shlex.split(command)[:2], "--help"], {"DJANGO_SETTINGS_MODULE": settings})
        assert done.returncode == 0, done.stderr
        assert "--directory" in done.stdout
