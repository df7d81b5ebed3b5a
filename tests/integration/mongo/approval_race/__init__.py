"""Approvals against everything that may change under them: what is attacked, how, and when."""
