"""Limits of the chat: how fast and how much one person may write, and how many threads serve sockets."""

from typing import Any

from chatbot_project.env import decimal, env, whole_number

CONVERSATIONS: dict[str, Any] = {
    # One person's requests that change something, over all connections: this many in this many seconds.
    "RATE_MESSAGES": whole_number("CHAT_RATE_MESSAGES", 60, minimum=1),
    "RATE_SECONDS": whole_number("CHAT_RATE_SECONDS", 10, minimum=1),
    # Open sockets and event streams of one person in one process.
    "SOCKETS_PER_USER": whole_number("CHAT_SOCKETS_PER_USER", 50, minimum=1),
    "LOGIN_ATTEMPTS_PER_MINUTE": whole_number("LOGIN_ATTEMPTS_PER_MINUTE", 20, minimum=1),
    # Threads for reads and writes of sockets; as many connections to MongoDB at most.
    "IO_THREADS": whole_number("CHAT_IO_THREADS", 16, minimum=1),
    # Threads that work out the bot's answers, apart from the former so that an acknowledgement never waits for them.
    "TURN_THREADS": whole_number("CHAT_TURN_THREADS", 4, minimum=1),
    # How often MongoDB is asked for what a hint may have missed.
    "POLL_SECONDS": decimal("CHAT_POLL_SECONDS", 2.0, minimum=0.05),
    # How often an open connection's right to be open is checked again.
    "RECHECK_SECONDS": decimal("CHAT_RECHECK_SECONDS", 30.0, minimum=0.1),
    # Hosts inside (`name` or `name:port`) that bots' HTTP calls may reach; metadata and link-local stay closed.
    "TOOL_INTERNAL_HOSTS": tuple(env.list("TOOL_INTERNAL_HOSTS", default=[])),
    # How long a message may wait for a worker to ask a language model, besides the model's own time.
    "OPINION_WAIT_SECONDS": decimal("CHAT_OPINION_WAIT_SECONDS", 5.0, minimum=0.5),
}
