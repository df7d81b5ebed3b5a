"""Real servers, a real Celery worker and a real scheduler that live through many tests; each test kills some of it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import psutil
from botocore.client import Config

from chatbot_project.checks import CLOUDLESS, USER_FACING, cloud_credentials, queue_credentials
from chatbot_project.management.commands.worker import celery_command
from chatbot_project.mongo.connections import collection
from orchestrator import failpoints
from tests.servers.forks import Forked, Forks
from tests.servers.processes import PROJECT, wait_until
from tests.servers.quick_terraform import QuickTerraform
from tests.servers.real_terraform import RealTerraform

LEASE_SECONDS = 1.5
_KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
_COMMANDS = {
    "worker": celery_command("infrastructure", 2, f"infrastructure@{socket.gethostname()}"),
    "scheduler": [sys.executable, "manage.py", "scheduler"],
}
_ROLES = {"worker": "infrastructure", "scheduler": "scheduler"}


class Site:
    """`directory` is this test process's own; `start` and `stop` bracket its life."""

    def __init__(self, directory: Path, *, mongo: tuple[str, str], redis: str, sqs: str, cloud: str) -> None:
        self.directory, self.cloud_endpoint = directory, cloud
        self.terraform = directory / "terraform"
        self.runs = directory / "runs"
        self._file, self._marks = directory / "failpoints", directory / "marks"
        self._environment = _environment(directory, mongo, redis, sqs, cloud)
        self.state_bucket = self._environment["STATE_BUCKET"]
        self.artefact_bucket = self._environment["ARTEFACT_BUCKET"]
        self._forks: dict[str, Forks] = {}
        self._running: dict[str, psutil.Process] = {}
        make: Any = boto3.client
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
        self.s3 = make("s3", endpoint_url=cloud, config=Config(s3={"addressing_style": "path"}), **keys)

    def begin(self, real: RealTerraform | None = None) -> None:
        """A clean place for one test: nothing armed, both processes up, a fresh quick Terraform or the `real` one."""
        shutil.rmtree(self._marks, ignore_errors=True)
        self._marks.mkdir()
        self.arm()
        shutil.rmtree(self.directory / "quick", ignore_errors=True)
        self.quick = QuickTerraform.install(self.directory / "quick")
        # The processes know one path; what is behind it is each test's choice.
        self.terraform.unlink(missing_ok=True)
        self.terraform.symlink_to(real.binary if real else self.quick.binary)
        self.points: QuickTerraform | RealTerraform = real or self.quick
        self.points.set()
        self.ensure_up()

    def arm(self, *points: str) -> None:
        """From now on processes do this: `transition.after:queued->planning=kill@1`."""
        draft = self._file.with_suffix(".draft")
        draft.write_text(";".join(points))
        draft.rename(self._file)

    def used(self, point: str, count: int = 1) -> int | None:
        """The pid of the process that came to `point` as the `count`-th."""
        return failpoints.used(point, self._marks, count)

    def ensure_up(self) -> None:
        """Start what is not running, all at once."""
        started = [name for name in _COMMANDS if not self.is_up(name)]
        for name in started:
            self._start(name)
        for name in started:
            seen = partial(_seen, _ROLES[name], self._running[name])
            wait_until(seen, seconds=90, what=f"the {name} to be up; see its log")

    def is_up(self, name: str) -> bool:
        return name in self._running and _lives(self._running[name])

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def stop(self) -> None:
        self._end_all()
        for forks in self._forks.values():
            forks.close()
        self._forks.clear()
        self.end_terraform()

    def processes(self) -> list[psutil.Process]:
        """Every Terraform that still runs in one of our run directories."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if Path(process.cwd()).is_relative_to(self.runs):
                    found.append(process)
        return found

    def end_terraform(self) -> None:
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                process.kill()

    @contextlib.contextmanager
    def other_settings(self, **settings: str) -> Iterator[None]:
        """The processes run with these while inside."""
        before = dict(self._environment)
        self._end_all()
        self._environment |= settings
        try:
            yield
        finally:
            self._end_all()
            self._environment |= before

    @contextlib.contextmanager
    def workers_paused(self) -> Iterator[None]:
        """No worker does anything while inside."""
        paused = _family(self.pid("worker"))
        for process in paused:
            process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for process in paused:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGCONT)

    def once(self, program: str) -> int:
        """Run a little program in a process of its own, as a web process would be; its exit code."""
        return self._begin("web", [sys.executable, "-c", program], self.directory / "web.log").wait()

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, env=self._of("manage"), cwd=PROJECT, check=True, capture_output=True)

    def log(self, name: str) -> str:
        path = self.directory / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _of(self, role: str) -> dict[str, str]:
        """The environment of a process, without what it must not see."""
        hidden = {
            *(cloud_credentials(self._environment) if role in CLOUDLESS else []),
            *(queue_credentials(self._environment) if role in USER_FACING else []),
        }
        kept = {name: value for name, value in self._environment.items() if name not in hidden}
        return {**kept, "INFRACHAT_PROCESS": role, "HOME": str(self.directory)}

    def _start(self, name: str) -> None:
        self._end(name)
        begun = self._begin(_ROLES[name], _COMMANDS[name], self.directory / f"{name}.log")
        self._running[name] = psutil.Process(begun.pid)

    def _end_all(self) -> None:
        for name in list(self._running):
            self._end(name)

    def _end(self, name: str) -> None:
        """Kill it and its children; what they started in sessions of its own lives on."""
        process = self._running.pop(name, None)
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            wait_until(lambda: not _lives(process), seconds=10, what=f"the {name} to be gone")

    def _begin(self, role: str, command: list[str], log: Path) -> Forked:
        """Forked from the one of its role; from another one when a test has given the role another environment."""
        found, wanted = self._forks.get(role), self._of(role)
        if found is None or found.env != wanted:
            if found is not None:
                found.close()
            found = self._forks[role] = Forks(log=self.directory / f"{role}-forks.log", env=wanted, project=True)
        with log.open("ab") as output:
            return found.popen(command, cwd=PROJECT, output=output)


def _lives(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _seen(role: str, process: psutil.Process) -> bool:
    if not _lives(process):
        raise AssertionError(f"the {role} process ended; see its log")
    return collection("orchestrator_process").find_one({"role": role, "pid": process.pid}) is not None


def _family(pid: int) -> list[psutil.Process]:
    """A worker and its children, but not what they have started in sessions of its own."""
    parent = psutil.Process(pid)
    group = os.getpgid(pid)
    children = [each for each in parent.children(recursive=True) if os.getpgid(each.pid) == group]
    return [parent, *children]


def _environment(directory: Path, mongo: tuple[str, str], redis: str, sqs: str, cloud: str) -> dict[str, str]:
    hidden = {*cloud_credentials(os.environ), *queue_credentials(os.environ)}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    unique = uuid4().hex[:8]
    return {
        **kept,
        **_KEYS,
        "DJANGO_SETTINGS_MODULE": "chatbot_project.settings.local",
        "PYTHONUNBUFFERED": "1",
        "MONGODB_URI": mongo[0],
        "MONGODB_DATABASE": mongo[1],
        "REDIS_URL": redis,
        "CONTROL_REDIS_URL": redis,
        "CELERY_BROKER_URL": "",
        "SQS_ENDPOINT_URL": sqs,
        "SQS_ACCESS_KEY_ID": "testing",
        "SQS_SECRET_ACCESS_KEY": "testing",
        "SQS_QUEUE_PREFIX": f"{unique}-",
        "SQS_WAIT_SECONDS": "1",
        "SQS_VISIBILITY_SECONDS": "5",
        "SQS_MAX_RECEIVES": "100",
        "AWS_ENDPOINT_URL": cloud,
        "AWS_S3_USE_PATH_STYLE": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
        "STATE_BUCKET": f"state-{unique}",
        "ARTEFACT_BUCKET": f"artefacts-{unique}",
        "STORE_ENDPOINT_URL": cloud,
        "TERRAFORM_BINARY": str(directory / "terraform"),
        "TERRAFORM_RUN_DIR": str(directory / "runs"),
        "LEASE_SECONDS": str(LEASE_SECONDS),
        "HEARTBEAT_SECONDS": "0.3",
        "SWEEP_SECONDS": "0.3",
        "STOP_GRACE_SECONDS": "20",
        # As in the test process, which approves: a plan is not begun under other rules than it was approved under.
        "POLICY_SHIPPED_RULES": "false",
        "LOG_LEVEL": "INFO",
        "LOG_FORMAT": "text",
        failpoints.VARIABLE: f"@{directory / 'failpoints'}",
        failpoints.DIRECTORY: str(directory / "marks"),
    }
