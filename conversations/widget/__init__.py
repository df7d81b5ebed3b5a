"""The chat on pages of other sites: which sites, whose tokens, and what cannot be done from there."""
