"""Finding out what a lost apply did, making sure that nothing of it can write any more, and planning what is left."""
