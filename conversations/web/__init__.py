"""The web page: sign in, chat, approvals, one job. The server sends shells; what moves speaks the public protocol."""
