"""Bots as conversations know them: what each offers and to whom, and what it answers to intents of its own."""
