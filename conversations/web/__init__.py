"""The web page: sign in, chat, approvals, one job. Server-rendered shells; what moves comes over the public protocol."""
