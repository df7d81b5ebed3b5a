"""The ASGI entry point of the web process."""
