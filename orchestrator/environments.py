"""The three environments that a new installation begins with; afterwards they belong to the admin."""

from typing import Any

from chatbot_project.mongo.connections import collection

from .states import Risk

_COMMON: dict[str, Any] = {
    "region": "us-east-1",
    "enabled": True,
    "is_default": False,
    "role_arn": "",
    "credentials_prefix": "",
    "endpoint_url": "",
    "cloud": "aws",
    "session_policy": "",
    "tenant_id": "",
    "subscription_id": "",
    "client_id": "",
    "project_id": "",
    "service_account": "",
    "drift_check_hours": 0,
    "most_stacks": 0,
    "most_stacks_per_person": 0,
    "most_jobs_per_person": 0,
}

DEFAULTS: tuple[dict[str, Any], ...] = (
    {
        **_COMMON,
        "_id": "sandbox",
        "title": "Sandbox",
        "minimum_risk": Risk.READ.value,
        "synonyms": ["sand box", "playground", "dev", "development"],
        "is_default": True,
        "position": 1,
    },
    {
        **_COMMON,
        "_id": "staging",
        "title": "Staging",
        "minimum_risk": Risk.LOW.value,
        "synonyms": ["stage", "stg", "pre-production", "preprod"],
        "position": 2,
    },
    {
        **_COMMON,
        "_id": "production",
        "title": "Production",
        "minimum_risk": Risk.HIGH.value,
        "synonyms": ["prod"],
        "position": 3,
    },
)


def environments_seed() -> int:
    """Store the default environments when there are none at all; how many were stored."""
    environments = collection("orchestrator_environment")
    if environments.find_one({}, {"_id": 1}) is not None:
        return 0
    for each in DEFAULTS:
        environments.update_one({"_id": each["_id"]}, {"$setOnInsert": each}, upsert=True)
    return len(DEFAULTS)
