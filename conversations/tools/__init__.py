"""HTTP calls for a bot's own intents: what is asked, what became of it, and the worker that does it."""
