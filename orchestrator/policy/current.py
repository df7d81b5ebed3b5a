"""The rules and the policy as they are now, from the database."""

from django.conf import settings
from pymongo.client_session import ClientSession

from chatbot_project.mongo.connections import collection
from orchestrator.types import EnvironmentView

from .approvals import policy_version
from .ruleset import Ruleset, RuleSource, rules_shipped, ruleset_made


def ruleset_current(session: ClientSession | None = None) -> Ruleset:
    """Shipped and own rules that are in force. An own rule of a shipped one's name takes its place, also when it is
    switched off."""
    stored = list(collection("orchestrator_policyrule").find(session=session))
    own = [RuleSource(each["_id"], each["title"], each["source"]) for each in stored]
    off = [each["_id"] for each in stored if not each["enabled"]]
    shipped = rules_shipped() if settings.ORCHESTRATOR["POLICY_SHIPPED_RULES"] else ()
    return ruleset_made(shipped, own, off)


def policy_current(environment: EnvironmentView, session: ClientSession | None = None) -> str:
    """The version that an approval given now would name."""
    return policy_version(environment, ruleset_current(session).digest)
