"""Demo accounts and roles, and every model's pages in the admin."""

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from chatbot_project.accounts.models import Role, RoleBinding, User
from chatbot_project.accounts.roles import has_role, user_ids_with_role
from chatbot_project.accounts.services import Account, account_ensure, demo_accounts_ensure, role_grant

pytestmark = pytest.mark.usefixtures("mongo_db")
PASSWORD = "only-for-this-test"


def test_demo_accounts_are_what_they_say() -> None:
    demo, approver, administrator = demo_accounts_ensure(password=PASSWORD)
    assert has_role(demo, Role.REQUESTER, "production")
    assert not has_role(demo, Role.APPROVER, "sandbox")
    assert has_role(approver, Role.APPROVER, "production")
    assert has_role(administrator, Role.OPERATOR, "production")
    assert user_ids_with_role(Role.APPROVER, "staging") == {approver.id}
    assert [user.check_password(PASSWORD) for user in (demo, approver, administrator)] == [True] * 3


def test_making_them_again_changes_nothing_but_what_differs() -> None:
    first = {user.username: user.id for user in demo_accounts_ensure(password=PASSWORD)}
    RoleBinding.objects.filter(user=first["approver"], role=Role.APPROVER).delete()
    role_grant(user=User.objects.get(username="demo"), role=Role.OPERATOR, environment="sandbox")
    User.objects.filter(username="demo").update(is_active=False)
    second = {user.username: user.id for user in demo_accounts_ensure(password="another-one-now")}
    assert second == first
    demo = User.objects.get(username="demo")
    assert demo.is_active
    assert demo.check_password("another-one-now")
    assert has_role(demo, Role.OPERATOR, "sandbox")
    assert has_role(User.objects.get(username="approver"), Role.APPROVER, "staging")
    assert RoleBinding.objects.count() == 4


def test_an_account_that_lost_its_rights_gets_no_more_than_it_should() -> None:
    account_ensure(Account("ada", is_administrator=True), password=PASSWORD)
    user = account_ensure(Account("ada", (Role.REQUESTER,)), password=PASSWORD)
    assert not User.objects.get(id=user.id).is_superuser


@pytest.fixture
def signed_in() -> Client:
    account_ensure(Account("root", is_administrator=True), password=PASSWORD)
    client = Client()
    assert client.login(username="root", password=PASSWORD)
    return client


@pytest.mark.full
@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str))
def test_every_model_has_a_list_in_the_admin(signed_in: Client, model: type[Model]) -> None:
    meta = model._meta
    response = signed_in.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"))
    assert response.status_code == 200


def test_a_persons_page_shows_the_roles(signed_in: Client) -> None:
    demo, _, _ = demo_accounts_ensure(password=PASSWORD)
    assert signed_in.get(reverse("admin:accounts_user_add")).status_code == 200
    page = signed_in.get(reverse("admin:accounts_user_change", args=[demo.pk]))
    assert page.status_code == 200
    assert "role_bindings-0-role" in page.content.decode()
    listed = signed_in.get(reverse("admin:accounts_user_changelist")).content.decode()
    assert "requester in *" in listed
    assert "all, everywhere" in listed
    assert signed_in.get(reverse("admin:accounts_rolebinding_add")).status_code == 200


def test_a_role_is_given_in_the_admin(signed_in: Client) -> None:
    demo, _, _ = demo_accounts_ensure(password=PASSWORD)
    values = {"user": str(demo.pk), "role": "approver", "environment": "sandbox"}
    assert signed_in.post(reverse("admin:accounts_rolebinding_add"), values).status_code == 302
    assert has_role(demo, Role.APPROVER, "sandbox")
    assert not has_role(demo, Role.APPROVER, "production")
