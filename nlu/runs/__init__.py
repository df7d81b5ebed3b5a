"""Training runs: asked for by a person or a command, worked on by one process at a time, told of in the admin."""
