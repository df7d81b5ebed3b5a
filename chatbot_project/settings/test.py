"""Tests: fast password hashing, short leases and sweeps; servers come from the fixtures."""

from .base import *
from .base import ORCHESTRATOR as _ORCHESTRATOR

DEBUG = False
SECRET_KEY = "tests-only-key-" + "x" * 50
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ORCHESTRATOR = {**_ORCHESTRATOR, "LEASE_SECONDS": 3.0, "SWEEP_SECONDS": 0.5, "HEARTBEAT_SECONDS": 0.5}
# Judging starts a process; the tests of policy switch the rules on.
ORCHESTRATOR["POLICY_SHIPPED_RULES"] = False
# Each of some four hundred test clients would read all static files before its first page.
WHITENOISE_AUTOREFRESH = True
