"""The life of a stack after it was made: how long it lasts, what was done to it, taking it back."""
