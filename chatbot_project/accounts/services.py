"""Writes about users and their roles."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from chatbot_project.mongo.orm_transactions import run_atomic

from .models import EVERY_ENVIRONMENT, GroupBinding, Role, RoleBinding, Theme, User, time_zone_check, time_zones


@dataclass(frozen=True)
class Account:
    """What an account must be: `roles` are held in every environment; an administrator holds all of them."""

    username: str
    roles: tuple[Role, ...] = ()
    is_administrator: bool = False


DEMO_ACCOUNTS = (
    Account("demo", (Role.REQUESTER,)),
    Account("approver", (Role.REQUESTER, Role.APPROVER)),
    Account("admin", is_administrator=True),
)


def account_ensure(account: Account, *, password: str) -> User:
    """The user as `account` says, made or brought up to date; other roles that it has are kept."""
    return run_atomic(lambda: _ensure(account, password))


def demo_accounts_ensure(*, password: str) -> list[User]:
    """The accounts of the development stack. Never call it where strangers can sign in."""
    return [account_ensure(account, password=password) for account in DEMO_ACCOUNTS]


def visitor_ensure(username: str) -> User:
    """The visitor of this name, made when there is none. Raises ValueError when the name is a person's."""

    def body() -> User:
        user, made = User.objects.get_or_create(username=username, defaults={"is_visitor": True})
        if made:
            user.set_unusable_password()
            user.save()
        return user

    found = run_atomic(body)
    if not found.is_visitor:
        raise ValueError(f"{username} is a person, not a visitor")
    return found


def visitor_delete(user_id: str) -> None:
    """Remove a visitor's account; nothing happens when there is none, or when it is a person's."""
    run_atomic(lambda: User.objects.filter(id=user_id, is_visitor=True).delete())


def role_grant(*, user: User, role: Role, environment: str = EVERY_ENVIRONMENT) -> None:
    """Give `user` the role in `environment` (`*`: in all of them); nothing happens when it is held already."""
    if not RoleBinding.objects.filter(user=user, role=role, environment=environment).exists():
        RoleBinding.objects.create(user=user, role=role, environment=environment)


def groups_with_role_set(*, role: Role, environment: str, groups: Iterable[Group]) -> None:
    """Let the members of exactly these groups hold the role in `environment`; what groups hold everywhere stays."""
    wanted = {group.pk for group in groups}
    bound = GroupBinding.objects.filter(role=role, environment=environment)
    held = set(bound.values_list("group_id", flat=True))
    # Each is right by itself, and setting them again goes on where this ended.
    bound.filter(group_id__in=held - wanted).delete()
    for key in wanted - held:
        GroupBinding.objects.create(group_id=key, role=role, environment=environment)


def _ensure(account: Account, password: str) -> User:
    user = User.objects.filter(username=account.username).first() or User(username=account.username)
    wanted = {"is_active": True, "is_staff": account.is_administrator, "is_superuser": account.is_administrator}
    differs = _set(user, wanted.items())
    if not user.has_usable_password() or not user.check_password(password):
        user.set_password(password)
        differs = True
    if differs or user._state.adding:
        user.save()
    for role in account.roles:
        role_grant(user=user, role=role)
    return user


def _set(user: User, wanted: Iterable[tuple[str, bool]]) -> bool:
    """Set the attributes; whether any of them was another before."""
    differs = False
    for name, value in wanted:
        differs = differs or getattr(user, name) is not value
        setattr(user, name, value)
    return differs


def preferences_set(*, user: User, theme: str, language: str, time_zone: str) -> None:
    """How pages look, in which language they speak, and in which zone they show times; empty: as the machine and the
    browser have it. A zone may be in any case and with spaces for underscores.

    Raises ValidationError, by field, for what there is not; nothing changes then.
    """
    if theme not in ("", *Theme.values):
        raise ValidationError({"theme": _("Choose one of the list.")})
    if language not in ("", *dict(settings.LANGUAGES)):
        raise ValidationError({"language": _("Choose one of the list.")})
    try:
        zone = _zone_named(time_zone)
    except ValidationError as error:
        raise ValidationError({"time_zone": error.messages}) from None
    user.theme, user.language, user.time_zone = theme, language, zone
    user.save(update_fields=["theme", "language", "time_zone"])


def _zone_named(time_zone: str) -> str:
    said = "_".join(time_zone.split())
    name = time_zones().get(said.casefold(), said)
    if name:
        time_zone_check(name)
    return name
