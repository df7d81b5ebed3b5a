"""What to do about a message: understanding and state in, one decision out. Reads through `World`, writes nothing."""
