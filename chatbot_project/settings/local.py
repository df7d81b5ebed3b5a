"""A developer's machine: debug on, a known key, servers on loopback (the development stack sets their addresses)."""

from chatbot_project.env import env, flag, required

from .base import *

DEBUG = flag("DEBUG", True)
if not DEBUG:  # not a developer's machine after all: the key that everybody knows must not sign anything
    required("SECRET_KEY", "With DEBUG off there is none by default: set it to at least 50 random characters.")
SECRET_KEY = env.str("SECRET_KEY", default="") or "development-only-key-never-used-in-production"
# What all stacks of this checkout would train anew otherwise.
NLU["TRAINED_DIR"] = NLU["TRAINED_DIR"] or NLU["ENCODER_DIR"].parent / "trained"
# The terminal client asks it where the stack is that `make run` started, so that no package imports the composition.
DEVELOPMENT_STACK = "chatbot_project.devstack.state.found"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
