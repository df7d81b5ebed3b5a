"""What Celery calls our tasks: known to who promises them, without what they need to run."""

OPINION = "conversations.opinion"
TOOL_CALL = "conversations.tool_call"
