"""Reads about users for the other packages."""

from collections.abc import Iterable
from uuid import UUID

from .models import User


def user_get(user_id: UUID | str) -> User | None:
    """The active user with this id, or None."""
    return User.objects.filter(id=user_id, is_active=True).first()


def user_names(user_ids: Iterable[UUID | str]) -> dict[str, str]:
    """`{id: user name}` for those of the ids that exist."""
    wanted = [UUID(str(user_id)) for user_id in user_ids]
    return {str(key): name for key, name in User.objects.filter(id__in=wanted).values_list("id", "username")}
