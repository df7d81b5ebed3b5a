"""REST for clients without websockets: sign in, conversations, messages, and the stream as server-sent events."""
