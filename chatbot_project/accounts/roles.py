"""Questions about roles: held by a person, or by a group for its members. Superusers hold every role everywhere;
inactive users and visitors hold none."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from .models import EVERY_ENVIRONMENT, GroupBinding, Role, RoleBinding, User

__all__ = ["Role", "group_member_ids", "has_role", "has_role_anywhere", "is_member", "roles_held", "user_ids_with_role"]


def has_role(user: User, role: Role, environment: str) -> bool:
    """Whether `user` holds `role` in `environment`, now."""
    return _holds(user, {"role": role, "environment__in": [environment, EVERY_ENVIRONMENT]})


def has_role_anywhere(user: User, role: Role) -> bool:
    """Whether `user` holds `role` in at least one environment."""
    return _holds(user, {"role": role})


def roles_held(user: User) -> set[tuple[Role, str]]:
    """(role, environment or `*`) of each that `user` holds now, also through groups. A superuser's are not listed."""
    if not user.is_active or user.is_visitor:
        return set()
    held = set(RoleBinding.objects.filter(user=user).values_list("role", "environment"))
    groups = list(user.groups.values_list("id", flat=True))
    if groups:
        held |= set(GroupBinding.objects.filter(group__in=groups).values_list("role", "environment"))
    return {(Role(role), environment) for role, environment in held}


def is_member(user: User, groups: Iterable[str]) -> bool:
    """Whether `user` is in one of the groups of these names, now. Of groups superusers are members like others."""
    return user.is_active and not user.is_visitor and user.groups.filter(name__in=list(groups)).exists()


def user_ids_with_role(role: Role, environment: str) -> set[UUID]:
    """The active users bound to `role` in `environment`, their groups' bindings included (superusers are not listed:
    nobody is asked by accident)."""
    where = {"role": role, "environment__in": [environment, EVERY_ENVIRONMENT]}
    ids = set(RoleBinding.objects.filter(**where).values_list("user_id", flat=True))
    bound = list(GroupBinding.objects.filter(**where).values_list("group_id", flat=True))
    return set(_active(id__in=ids)) | (set(_active(groups__in=bound)) if bound else set())


def group_member_ids(groups: Iterable[str]) -> set[UUID]:
    """The active members of the groups of these names."""
    return set(_active(groups__name__in=list(groups)))


def _active(**wanted: Any) -> QuerySet[User, UUID]:
    return User.objects.filter(is_active=True, is_visitor=False, **wanted).values_list("id", flat=True)


def _holds(user: User, wanted: dict[str, Any]) -> bool:
    if not user.is_active or user.is_visitor:
        return False
    if user.is_superuser or RoleBinding.objects.filter(user=user, **wanted).exists():
        return True
    groups = list(user.groups.values_list("id", flat=True))
    return bool(groups) and GroupBinding.objects.filter(group__in=groups, **wanted).exists()
