"""A job's wall time, waiting for people excluded, beside raw Terraform doing the same with the same mirror."""

import asyncio
import json
import os
import shutil
import subprocess
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from pymongo import MongoClient

from chatbot_project.devstack.environment import emulated_cloud
from conversations.terminal.client import ChatClient
from conversations.terminal.frames import Frame
from orchestrator.executors.terraform.binary import binary_find
from orchestrator.executors.terraform.mirror import cli_configuration, mirror_find
from tests.servers.stack import PROJECT, RunningStack

from .figures import Figure, median

ROUNDS = 8
"""The first one warms caches up and does not count."""
MODULE = PROJECT / "orchestrator" / "catalog" / "blueprints" / "object-storage" / "module"
_PATIENCE = 180.0


async def measure(stack: RunningStack) -> list[Figure]:
    raw: list[float] = []
    job: list[float] = []
    first_event: list[float] = []
    for number in range(ROUNDS):
        seconds = await asyncio.to_thread(raw_terraform, stack)
        worked, waited = await _one_job(stack)
        if number:
            raw.append(seconds)
            job.append(worked)
            first_event.append(waited)
    # Pair by pair: the two of a round ran one after the other, whatever else the machine was doing then.
    ratio = median([ours / theirs for ours, theirs in zip(job, raw, strict=True)])
    return [
        Figure("approval to first worker event", median(first_event) * 1000, "ms", samples=len(first_event)),
        Figure("raw terraform init, plan, show, apply", median(raw), "s", samples=len(raw)),
        Figure("the same as a job, waiting for people excluded", median(job), "s", samples=len(job)),
        Figure("job / raw terraform", ratio, "", aim="<= 1.05", samples=len(job)),
    ]


def raw_terraform(stack: RunningStack) -> float:
    """Seconds of init, plan -out, show -json and apply, as a person would run them in a new directory."""
    binary = str(binary_find(os.environ.get("TERRAFORM_BINARY", "")))
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        _write_root(directory, stack.cloud_endpoint)
        env = {"PATH": os.environ["PATH"], "HOME": name, "TF_CLI_CONFIG_FILE": str(directory / "cli.tfrc")}
        env |= {**emulated_cloud(stack.cloud_endpoint), "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
        began = time.monotonic()
        for arguments in (
            ["init", "-input=false", "-no-color"],
            ["plan", "-input=false", "-no-color", "-out=plan.tfplan"],
            ["show", "-json", "plan.tfplan"],
            ["apply", "-input=false", "-no-color", "plan.tfplan"],
        ):
            subprocess.run([binary, *arguments], cwd=directory, env=env, check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - began


def _write_root(directory: Path, endpoint: str) -> None:
    shutil.copytree(MODULE, directory / "module")
    key = f"bench/{uuid4()}.tfstate"
    emulated = {"endpoints": {"s3": endpoint}, "use_path_style": True, "skip_credentials_validation": True}
    emulated |= {"skip_requesting_account_id": True, "skip_region_validation": True, "skip_metadata_api_check": True}
    backend = {"bucket": "infrachat-state", "key": key, "region": "us-east-1", "encrypt": True, "use_lockfile": True}
    # The same tags as a job's, so that both ask the same of the cloud.
    tags = {"tags": {"infrachat:stack": key, "infrachat:environment": "staging"}}
    provider = {"region": "us-east-1", "s3_use_path_style": True, "skip_credentials_validation": True}
    provider |= {"default_tags": [tags]}
    root = {
        "terraform": {"backend": {"s3": backend | emulated}},
        "provider": {"aws": provider},
        "module": {"stack": {"source": "./module", "name": f"raw-{uuid4().hex[:12]}"}},
    }
    (directory / "main.tf.json").write_text(json.dumps(root))
    mirror = mirror_find(os.environ.get("TERRAFORM_PROVIDER_MIRROR", ""))
    (directory / "cache").mkdir()
    (directory / "cli.tfrc").write_text(cli_configuration(mirror, directory / "cache"))


async def _one_job(stack: RunningStack) -> tuple[float, float]:
    """Seconds of work by the durable record, and from the approval to the first event of applying."""
    async with ChatClient(stack.base_url, stack.token("demo")) as chat:
        await chat.send_message(f"create a staging bucket called job-{uuid4().hex[:12]}")
        planned = await chat.wait_for(lambda frame: _is(frame, "awaiting_approval"), _PATIENCE)
        job_id, plan_hash = planned.data["job_id"], planned.data["plan"]["plan_hash"]
        seen: list[int] = [0]
        await chat.follow(job_id, after=0)
        await chat.wait_for(lambda frame: _events(frame, job_id, seen), _PATIENCE)
        began, before = time.monotonic(), seen[0]
        await chat.approve(job_id, plan_hash)
        await chat.wait_for(lambda frame: _events(frame, job_id, seen) and seen[0] > before, _PATIENCE)
        waited = time.monotonic() - began
        await chat.wait_for(lambda frame: _is(frame, "succeeded"), _PATIENCE)
    return await asyncio.to_thread(_worked, stack, job_id), waited


def _is(frame: Frame, state: str) -> bool:
    return frame.is_job and frame.data["state"] == state


def _events(frame: Frame, job_id: str, seen: list[int]) -> bool:
    if frame.type != "job.event" or frame.data["job_id"] != job_id:
        return False
    seen[0] = max(seen[0], *(event["log_seq"] for event in frame.data["events"]))
    return True


def _worked(stack: RunningStack, job_id: str) -> float:
    """From the request to the plan, and from the approval to the end."""
    client: MongoClient[dict[str, Any]] = MongoClient(stack.mongodb_uri, tz_aware=True)
    try:
        rows = client["infrachat"]["orchestrator_transition"].find({"job_id": job_id})
        at: dict[str, datetime] = {row["to_state"]: row["at"] for row in rows}
    finally:
        client.close()
    planning = at["awaiting_approval"] - at["queued"]
    return (planning + (at["succeeded"] - at["approved"])).total_seconds()
