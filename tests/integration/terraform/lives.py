"""What the emulated cloud can do with each blueprint of the catalogue. The long set lives through it; the page about
the catalogue says the same, which a quick test compares."""

import uuid
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Life:
    """`made` are its values, `changed` what is different later; `outputs` some that must not be empty."""

    name: str
    made: dict[str, Any]
    changed: dict[str, Any]
    outputs: tuple[str, ...] = ()
    unstable: frozenset[str] = field(default_factory=frozenset)
    """Addresses that the emulator never gives back as they were set."""
    is_tagged: bool = True
    """Whether the emulator's tagging service knows of any of its resources."""


LIVES = (
    Life("object-storage", {"name": f"acme-{uuid.uuid4().hex[:12]}"}, {"expire_days": 30}, ("bucket_arn",)),
    Life("message-queue", {"name": "orders"}, {"max_receives": 3}, ("queue_url",)),
    Life("key-value-table", {"name": "carts", "sort_key": "at"}, {"ttl_attribute": "ends"}, ("table_arn",)),
    Life(
        "application-role",
        {"name": "shop", "runs_on": "ec2", "read_buckets": ["acme-reports"]},
        {"write_buckets": ["acme-uploads"], "queue_arns": ["arn:aws:sqs:us-east-1:123456789012:orders"]},
        ("role_arn", "instance_profile_name"),
        is_tagged=False,
    ),
    Life(
        "virtual-server",
        {"name": "web-1"},
        {"open_ports": [443], "allowed_cidrs": ["10.0.0.0/16"]},
        ("server_id", "private_address"),
        unstable=frozenset({"aws_instance.this"}),
    ),
    Life(
        "relational-database",
        {"name": "orders", "allowed_cidrs": ["10.0.0.0/16"]},
        {"backup_days": 14},
        ("endpoint", "database_arn", "password_secret_arn"),
        unstable=frozenset({"aws_db_parameter_group.this"}),
    ),
    Life(
        "container-service",
        {"name": "shop"},
        {"tasks": 3},
        ("url", "cluster_arn"),
        unstable=frozenset({"aws_ecs_service.this"}),
    ),
    Life(
        "static-site",
        {"name": f"acme-{uuid.uuid4().hex[:12]}"},
        {"single_page": True},
        ("url", "distribution_id"),
        unstable=frozenset({"aws_cloudfront_distribution.this"}),
    ),
    Life("network", {"name": "shop", "nat": "single"}, {"nat": "none"}, ("vpc_id",)),
)

PLANNED_ONLY = ("cache",)
"""The emulator makes the group without the nodes in it, which the provider then looks for in vain."""
