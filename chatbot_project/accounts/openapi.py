"""How the description of the REST API names our tokens."""

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme


class TokenScheme(KnoxTokenScheme):  # type: ignore[no-untyped-call]
    target_class = "chatbot_project.accounts.tokens.NotingTokenAuthentication"
