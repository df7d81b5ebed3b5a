"""Questions about roles. Superusers hold every role everywhere; inactive users hold none."""

from uuid import UUID

from .models import EVERY_ENVIRONMENT, Role, RoleBinding, User

__all__ = ["Role", "has_role", "has_role_anywhere", "user_ids_with_role"]


def has_role(user: User, role: Role, environment: str) -> bool:
    """Whether `user` holds `role` in `environment`, now."""
    if not user.is_active:
        return False
    if user.is_superuser:
        return True
    return RoleBinding.objects.filter(user=user, role=role, environment__in=[environment, EVERY_ENVIRONMENT]).exists()


def has_role_anywhere(user: User, role: Role) -> bool:
    """Whether `user` holds `role` in at least one environment."""
    if not user.is_active:
        return False
    return user.is_superuser or RoleBinding.objects.filter(user=user, role=role).exists()


def user_ids_with_role(role: Role, environment: str) -> set[UUID]:
    """The active users bound to `role` in `environment` (superusers are not listed: nobody is asked by accident)."""
    bindings = RoleBinding.objects.filter(role=role, environment__in=[environment, EVERY_ENVIRONMENT])
    ids = set(bindings.values_list("user_id", flat=True))
    return set(User.objects.filter(id__in=ids, is_active=True).values_list("id", flat=True))
