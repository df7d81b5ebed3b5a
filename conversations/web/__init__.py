"""The web page: sign in, chat, approvals, one job. Shells from the server; what moves comes over the public protocol."""
