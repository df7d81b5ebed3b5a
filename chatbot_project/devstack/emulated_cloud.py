"""The emulated cloud forgets everything when it ends. A marker object tells a new one from the one that was known."""

from uuid import uuid4

from django.conf import settings

from chatbot_project.mongo.connections import collection
from chatbot_project.provisioning.buckets import store_client
from nlu.archive.keeping import archive_forget
from orchestrator.retirement import stacks_retire
from orchestrator.types import Actor

_KEY = "infrachat-development-marker"
_COLLECTION = "devstack_preparation"
_REASON = "The emulated cloud is new; what was in it is gone."


def recognise() -> str:
    """Retire what lived in an emulated cloud that is gone. A sentence about it, or nothing when all is as it was."""
    known = collection(_COLLECTION).find_one({"_id": "cloud"})
    if known is not None and _marker() == known["marker"]:
        return ""
    stacks, jobs = stacks_retire(actor=Actor.system("development stack"), reason=_REASON)
    archive_forget()
    _mark(str(uuid4()))
    if not stacks and not jobs:
        return ""
    return f"{_REASON} Retired with it: {stacks} stacks and {jobs} unfinished jobs."


def _marker() -> str:
    client = store_client()
    try:
        return str(client.get_object(Bucket=settings.ARTEFACT_BUCKET, Key=_KEY)["Body"].read().decode())
    except client.exceptions.NoSuchKey:
        return ""


def _mark(marker: str) -> None:
    store_client().put_object(Bucket=settings.ARTEFACT_BUCKET, Key=_KEY, Body=marker.encode())
    collection(_COLLECTION).update_one({"_id": "cloud"}, {"$set": {"marker": marker}}, upsert=True)
