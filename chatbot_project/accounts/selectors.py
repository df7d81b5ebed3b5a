"""Reads about users for the other packages."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError

from .models import GroupBinding, Role, User


def user_get(user_id: UUID | str | None) -> User | None:
    """The active user with this id, or None; parts of the system have no id, or one that is no UUID."""
    if not user_id:
        return None
    try:
        return User.objects.filter(id=user_id, is_active=True).first()
    except ValidationError:
        return None


def user_names(user_ids: Iterable[UUID | str]) -> dict[str, str]:
    """`{id: user name}` for those of the ids that exist."""
    wanted = [UUID(str(user_id)) for user_id in user_ids]
    return {str(key): name for key, name in User.objects.filter(id__in=wanted).values_list("id", "username")}


def user_by_name(username: str) -> User | None:
    """The active user of this name, or None. Visitors are nobody to be named: not for deciding, nor for owning."""
    return User.objects.filter(username=username, is_active=True, is_visitor=False).first()


def users_get(user_ids: Iterable[UUID | str]) -> list[User]:
    """Those of the users that are active, by name."""
    wanted = [UUID(str(user_id)) for user_id in user_ids]
    return list(User.objects.filter(id__in=wanted, is_active=True).order_by("username"))


def group_names() -> list[str]:
    return list(Group.objects.order_by("name").values_list("name", flat=True))


def groups_with_role(role: Role, environment: str) -> list[Group]:
    """The groups bound to the role in just this environment (not in all of them), by name."""
    bound = GroupBinding.objects.filter(role=role, environment=environment).values_list("group_id", flat=True)
    return list(Group.objects.filter(id__in=list(bound)).order_by("name"))
