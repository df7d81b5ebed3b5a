"""Masked plans, compressed and in pieces. Each fence has its own generation, so a zombie cannot overwrite a plan."""

import json
import zlib
from collections.abc import Mapping
from functools import partial
from typing import Any

from pymongo.collection import Collection

from chatbot_project.mongo.connections import collection
from chatbot_project.mongo.transactions import Transaction, run_transaction

from .documents import Document, jobs
from .errors import LeaseLost
from .leases import Lease, live_filter

_CHUNK_BYTES = 4_000_000
# Beside what Terraform says, which has no member of this name.
_GRAPH = "infrachat_graph"


def plan_store(
    *, lease: Lease, job_id: str, masked_plan: Mapping[str, Any], graph: Mapping[str, Any] | None = None
) -> None:
    """Keep the plan that people may see, in place of an earlier one. Raises LeaseLost."""
    run_transaction(partial(plan_write, lease=lease, job_id=job_id, masked_plan=masked_plan, graph=graph))


def plan_write(
    tx: Transaction,
    *,
    lease: Lease,
    job_id: str,
    masked_plan: Mapping[str, Any],
    graph: Mapping[str, Any] | None = None,
) -> None:
    """The same inside a transaction."""
    kept_plan = {**masked_plan, _GRAPH: graph} if graph else masked_plan
    packed = zlib.compress(json.dumps(kept_plan, separators=(",", ":")).encode())
    pieces = [packed[at : at + _CHUNK_BYTES] for at in range(0, len(packed), _CHUNK_BYTES)]
    kept = jobs().update_one(live_filter(lease), {"$set": {"plan_generation": lease.fence}}, session=tx.session)
    if not kept.matched_count:
        raise LeaseLost("Another worker holds this job now.")
    _chunks().delete_many({"job_id": job_id}, session=tx.session)
    for number, piece in enumerate(pieces):
        _chunks().insert_one(_chunk(job_id, lease.fence, number, piece), session=tx.session)


def plan_load(job_id: str) -> dict[str, Any] | None:
    """The stored plan, or None when the job has none."""
    return plan_and_graph(job_id)[0]


def plan_and_graph(job_id: str) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The stored plan and its resource graph; None for what the job has not."""
    plan = _load(job_id)
    return plan, None if plan is None else plan.pop(_GRAPH, None)


def _load(job_id: str) -> dict[str, Any] | None:
    job = jobs().find_one({"_id": job_id}, {"plan_generation": 1})
    if job is None:
        return None
    wanted = {"job_id": job_id, "generation": job["plan_generation"]}
    packed = b"".join(each["data"] for each in _chunks().find(wanted).sort("number", 1))
    return dict(json.loads(zlib.decompress(packed))) if packed else None


def _chunks() -> Collection[Document]:
    return collection("orchestrator_planchunk")


def _chunk(job_id: str, generation: int, number: int, piece: bytes) -> Document:
    return {
        "_id": f"{job_id}:{generation}:{number}",
        "job_id": job_id,
        "generation": generation,
        "number": number,
        "data": piece,
    }
