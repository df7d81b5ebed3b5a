"""Jobs: leases, sweeps, limits, Terraform and the artefact store. Durations are in seconds unless named otherwise."""

import socket
from typing import Any

from chatbot_project.env import address, decimal, env, one_of, whole_number

ORCHESTRATOR: dict[str, Any] = {
    "LEASE_SECONDS": decimal("LEASE_SECONDS", 15.0, minimum=1.0),
    "HEARTBEAT_SECONDS": decimal("HEARTBEAT_SECONDS", 3.0, minimum=0.1),
    "SWEEP_SECONDS": decimal("SWEEP_SECONDS", 5.0, minimum=0.1),
    "APPROVAL_TTL_SECONDS": whole_number("APPROVAL_TTL_SECONDS", 86_400, minimum=1),
    # How long a plan waits before those who may decide are reminded, once; 0: nobody is.
    "APPROVAL_REMINDER_SECONDS": whole_number("APPROVAL_REMINDER_SECONDS", 14_400, minimum=0),
    "PLAN_TIMEOUT_SECONDS": whole_number("PLAN_TIMEOUT_SECONDS", 900, minimum=1),
    "APPLY_TIMEOUT_SECONDS": whole_number("APPLY_TIMEOUT_SECONDS", 7_200, minimum=1),
    # Before a stack with an end is deleted; 0 warns of nothing.
    "EXPIRY_WARNING_SECONDS": whole_number("EXPIRY_WARNING_SECONDS", 900, minimum=0),
    "LIFETIME_MAX_DAYS": whole_number("LIFETIME_MAX_DAYS", 366, minimum=1),
    # How long a request for a secret output waits for a worker, and its sealed answer for whoever asked.
    "REVEAL_SECONDS": whole_number("REVEAL_SECONDS", 60, minimum=5),
    "REVEALS_PER_MINUTE": whole_number("REVEALS_PER_MINUTE", 20, minimum=1),
    "STOP_GRACE_SECONDS": whole_number("STOP_GRACE_SECONDS", 120, minimum=1),
    # What judging one plan may use: processor time of all rules together, and memory.
    "POLICY_SECONDS": whole_number("POLICY_SECONDS", 5, minimum=1),
    "POLICY_MEMORY_MB": whole_number("POLICY_MEMORY_MB", 1_024, minimum=128),
    "POLICY_SHIPPED_RULES": env.bool("POLICY_SHIPPED_RULES", default=True),
}

# The name of this machine: what was started here is looked for here. Names that change with every start (containers)
# should be replaced by one that lasts as long as the processes do.
WORKER_HOST = env.str("WORKER_HOST", default="") or socket.gethostname()

# What a worker that is told to stop does with a long apply: `handover` lets Terraform run on, for the next worker of
# this machine to attach to; `interrupt` has it save its state and end, because the machine (a container) ends too.
WORKER_SHUTDOWN = one_of("WORKER_SHUTDOWN", ("handover", "interrupt"), "handover")
SHUTDOWN_GRACE_SECONDS = decimal("SHUTDOWN_GRACE_SECONDS", 5.0, minimum=0.0)

TERRAFORM_BINARY = env.str("TERRAFORM_BINARY", default="")
TERRAFORM_PROVIDER_MIRROR = env.str("TERRAFORM_PROVIDER_MIRROR", default="")
TERRAFORM_RUN_DIR = env.str("TERRAFORM_RUN_DIR", default="")

# Providers that every added module may use, besides those of the mirror; others are allowed one blueprint at a time.
TERRAFORM_PROVIDERS_ALLOWED = env.list(
    "TERRAFORM_PROVIDERS_ALLOWED",
    default=[
        *("hashicorp/aws", "hashicorp/azurerm", "hashicorp/google", "hashicorp/google-beta"),
        *("hashicorp/random", "hashicorp/time", "hashicorp/tls", "hashicorp/null", "hashicorp/cloudinit"),
    ],
)
BLUEPRINT_CHECK_SECONDS = whole_number("BLUEPRINT_CHECK_SECONDS", 180, minimum=1)

STATE_BUCKET = env.str("STATE_BUCKET", default="infrachat-state")
ARTEFACT_BUCKET = env.str("ARTEFACT_BUCKET", default="infrachat-artefacts")
# The bucket of state and artefacts may live elsewhere than the cloud that jobs act on.
STORE_ENDPOINT_URL = address("STORE_ENDPOINT_URL", "", schemes=("http", "https"))
STORE_REGION = env.str("STORE_REGION", default="us-east-1")
