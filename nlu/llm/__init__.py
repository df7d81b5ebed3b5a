"""A second reader of messages: a large language model behind an OpenAI-compatible endpoint.

What it says is data. It can name one of the bot's intents, and words of the message for its slots, and nothing else;
what that is worth is decided here (see combining), and what follows from it by the dialogue, as for every message.

config, errors, suggestion and combining are for any process; reading, client and wire are for the one that asks.
"""
