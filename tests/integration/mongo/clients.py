"""Who is signed in, on the pages or over REST, without a password."""

from django.test import Client
from rest_framework.test import APIClient

from chatbot_project.accounts.models import User


def page_client(user: User) -> Client:
    """A browser in which `user` is signed in."""
    client = Client()
    client.force_login(user)
    return client


def api_client(user: User) -> APIClient:
    """A caller of the REST API who is `user`."""
    client = APIClient()
    client.force_authenticate(user)
    return client
