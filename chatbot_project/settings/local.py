"""A developer's machine: debug on, a known key, servers on loopback (the development stack sets their addresses)."""

from chatbot_project.env import env, flag

from .base import *

DEBUG = flag("DEBUG", True)
SECRET_KEY = env.str("SECRET_KEY", default="development-only-key-never-used-in-production")
# The terminal client asks it where the stack is that `make run` started, so that no package imports the composition.
DEVELOPMENT_STACK = "chatbot_project.devstack.state.found"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
