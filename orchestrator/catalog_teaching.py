"""Which added blueprints the bots have not been told of yet; who teaches them asks here (conversations does)."""

from chatbot_project.mongo.connections import collection

_HEADS = "orchestrator_blueprint"


def blueprints_untaught() -> dict[str, str]:
    """{name: version} of what was added or changed and is to be learned."""
    return {each["_id"]: each["version"] for each in collection(_HEADS).find({"taught": False}, {"version": 1})}


def blueprints_taught(versions: dict[str, str]) -> None:
    """These are being learned; a version that came meanwhile is not among them."""
    for name, version in versions.items():
        collection(_HEADS).update_one({"_id": name, "version": version}, {"$set": {"taught": True}})
