"""What the demonstration does: make a bucket by chat, look for it in the cloud, delete it, look again."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import boto3
import httpx
from botocore.client import Config
from botocore.exceptions import ClientError

from conversations.terminal.client import ChatClient
from conversations.terminal.frames import Frame
from conversations.terminal.tokens import obtain_token
from conversations.terminal.told import plain

from .environment import emulated_cloud
from .state import Running

REQUEST = "create a staging bucket with versioning"
DELETION = "delete that bucket"
STEP_SECONDS = 120.0
ENDED = frozenset(
    {
        *("succeeded", "no_changes", "denied", "rejected", "expired", "superseded", "canceled", "failed"),
        *("partially_applied", "indeterminate"),
    }
)
WAITING_OR_ENDED = ENDED | {"awaiting_approval"}


class NotTrue(Exception):
    """Something that the demonstration promises did not happen; the message says what."""


class Scenario:
    def __init__(self, stack: Running, say: Callable[[str], None]) -> None:
        self._stack, self._say = stack, say
        self._name = f"demo-{uuid4().hex[:8]}"
        self._lines = 0
        self._sent_at = 0.0

    async def run(self) -> None:
        """Do it all. Raises NotTrue, ChatError or TimeoutError at the first thing that is not as promised."""
        demo, _ = await obtain_token(self._stack.web, "demo", self._stack.password)
        approver, _ = await obtain_token(self._stack.web, "approver", self._stack.password)
        async with ChatClient(self._stack.web, demo) as chat:
            bucket = await self._create(chat)
            await self._expect(bucket, "Enabled")
            await self._delete(chat, approver)
            await self._expect(bucket, None)

    # -- the two requests ----------------------------------------------------------------------------------------

    async def _create(self, chat: ChatClient) -> str:
        await self._send(chat, REQUEST)
        await self._question(chat)
        await self._send(chat, self._name)
        job = await self._planned(chat)
        _demand(job["plan"]["counts"].get("create", 0) > 0, "the plan creates nothing")
        self._say("\ndemo confirms the plan.")
        await chat.approve(job["job_id"], job["plan"]["plan_hash"])
        done = await self._finished(chat, job["job_id"])
        bucket = str(done["outputs"].get("bucket_name", ""))
        _demand(self._name in bucket, "the outputs do not name the bucket")
        return bucket

    async def _delete(self, chat: ChatClient, approver: str) -> None:
        await self._send(chat, DELETION)
        job = await self._planned(chat)
        _demand(job["plan"]["counts"].get("delete", 0) > 0, "the plan deletes nothing")
        _demand(job["approval"]["rule"] == "other", "the deletion does not ask for somebody else's approval")
        await self._approve_as(approver, job)
        await self._finished(chat, job["job_id"])

    # -- one thing each ------------------------------------------------------------------------------------------

    async def _send(self, chat: ChatClient, text: str) -> None:
        self._say(f"\ndemo: {text}")
        self._sent_at = time.monotonic()
        ack = await asyncio.wait_for(chat.send_message(text), STEP_SECONDS)
        self._say(f"  stored and acknowledged after {ack.seconds * 1000:.0f} ms")

    async def _question(self, chat: ChatClient) -> None:
        frame = await chat.wait_for(lambda frame: frame.type == "form.requested", STEP_SECONDS, seen=self._show)
        asked = [field["name"] for field in frame.data["fields"]]
        _demand("name" in asked, f"the name is not asked for, only {asked}")

    async def _planned(self, chat: ChatClient) -> Mapping[str, Any]:
        """The job once its plan waits for approval."""
        created = await chat.wait_for(lambda frame: frame.type == "job.created", STEP_SECONDS, seen=self._show)
        job_id = created.data["job_id"]
        await chat.follow(job_id)

        def waits(frame: Frame) -> bool:
            return frame.is_job and frame.data["job_id"] == job_id and frame.data["state"] in WAITING_OR_ENDED

        job = (await chat.wait_for(waits, STEP_SECONDS, seen=self._show)).data
        _demand(job["state"] == "awaiting_approval", f"the job is {job['state']}: {_why(job)}")
        await self._bot_speaks(chat)
        self._say(f"  plan hash {job['plan']['plan_hash']}")
        return job

    async def _finished(self, chat: ChatClient, job_id: str) -> Mapping[str, Any]:
        self._lines = 0

        def ended(frame: Frame) -> bool:
            return frame.is_job and frame.data["job_id"] == job_id and frame.data["state"] in ENDED

        job = (await chat.wait_for(ended, STEP_SECONDS * 2, seen=self._show)).data
        _demand(job["state"] == "succeeded", f"the job is {job['state']}: {_why(job)}")
        _demand(self._lines > 0, "no line of Terraform's progress was shown")
        await self._bot_speaks(chat)
        return job

    async def _bot_speaks(self, chat: ChatClient) -> None:
        """Its sentence follows the job's frame."""
        await chat.wait_for(lambda frame: frame.by_bot, STEP_SECONDS, seen=self._show)

    async def _approve_as(self, token: str, job: Mapping[str, Any]) -> None:
        self._say("\napprover approves the deletion.")
        url = f"{self._stack.web}/api/v1/jobs/{job['job_id']}/approve/"
        body = {"plan_hash": job["plan"]["plan_hash"], "reason": "demonstration"}
        async with httpx.AsyncClient(timeout=30, headers={"Authorization": f"Token {token}"}) as http:
            answer = await http.post(url, json=body)
        _demand(answer.is_success, f"the approval was answered {answer.status_code}: {answer.text[:300]}")

    def _show(self, frame: Frame) -> None:
        if frame.by_bot:
            waited = f"  ({time.monotonic() - self._sent_at:.2f} s later)" if self._sent_at else ""
            self._sent_at = 0.0
            self._say(f"infrachat: {plain(frame.data['text'])}{waited}")
        elif frame.is_job:
            self._say(f"  [{frame.data['state']}]")
        elif frame.type == "job.event":
            for event in frame.data["events"]:
                self._lines += 1
                self._say(f"  {event['log_seq']:>4}  {event['text']}")

    async def _expect(self, bucket: str, versioning: str | None) -> None:
        """Ask the cloud itself: the bucket's versioning status, or None when there must be no such bucket."""
        began = time.monotonic()
        found = await asyncio.to_thread(_versioning_of, self._stack.cloud_endpoint, bucket)
        what = "there is no such bucket" if found is None else f"the bucket is there, versioning is {found or 'off'}"
        self._say(f"\nThe cloud says about {bucket}: {what} ({(time.monotonic() - began) * 1000:.0f} ms)")
        _demand(found == versioning, f"expected {versioning or 'no bucket'}")


def _versioning_of(endpoint: str, bucket: str) -> str | None:
    keys = emulated_cloud(endpoint) if endpoint else {}
    client = boto3.client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=keys.get("AWS_REGION"),
        aws_access_key_id=keys.get("AWS_ACCESS_KEY_ID"),
        aws_secret_access_key=keys.get("AWS_SECRET_ACCESS_KEY"),
        config=Config(s3={"addressing_style": "path"}),
    )
    try:
        return str(client.get_bucket_versioning(Bucket=bucket).get("Status", ""))
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchBucket", "404"}:
            return None
        raise


def _why(job: Mapping[str, Any]) -> str:
    error = job.get("error") or {}
    return str(error.get("detail") or job.get("summary") or "no reason was given")


def _demand(is_true: object, otherwise: str) -> None:
    if not is_true:
        raise NotTrue(otherwise)
