"""Approver groups, approval rules and delegations in the admin: what may be chosen, and what is refused in words."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils.timezone import localtime
from pymongo.database import Database

from chatbot_project.accounts.models import GroupBinding, User
from chatbot_project.accounts.roles import has_role
from orchestrator.approval_models import ApprovalRule, Delegation
from orchestrator.documents import utc_now
from orchestrator.models import Environment
from tests.integration.mongo.clients import page_client

from .approving import away, group
from .orchestrating import person, seed

ADMIN = "/admin/orchestrator"


@pytest.fixture
def admin(mongo_db: Database[Any]) -> Client:
    seed()
    return page_client(User.objects.create_superuser("root", password="a long enough password"))


def environment_form(**changes: Any) -> dict[str, Any]:
    of = Environment.objects.get(name="production")
    names = ("title", "cloud", "region", "minimum_risk", "position", "role_arn", "credentials_prefix", "endpoint_url")
    return {**{name: getattr(of, name) for name in names}, "synonyms": '["prod"]', "enabled": "on", **changes}


def problems(response: Any) -> str:
    assert response.status_code == 200
    return str(response.context["adminform"].form.errors)


class TestApproverGroups:
    URL = f"{ADMIN}/environment/production/change/"

    def test_ticked_groups_approve_there_and_unticked_ones_no_more(self, admin: Client) -> None:
        ada = person("ada")
        dba, ops = group("dba", ada), group("ops", approves_in="production")
        assert admin.post(self.URL, environment_form(approver_groups=[dba.pk])).status_code == 302
        assert has_role(ada, "approver", "production")
        assert not has_role(ada, "approver", "staging")
        assert not GroupBinding.objects.filter(group=ops).exists()
        page = admin.get(self.URL)
        assert list(page.context["adminform"].form["approver_groups"].value()) == [dba.pk]
        assert b"hold the approver role here" in page.content

    def test_what_a_group_holds_everywhere_stays(self, admin: Client) -> None:
        ops = group("ops", approves_in="*")
        assert admin.post(self.URL, environment_form()).status_code == 302
        assert GroupBinding.objects.filter(group=ops).count() == 1

    def test_who_may_not_give_roles_changes_no_groups_here(self, admin: Client) -> None:
        editor = person("editor")
        User.objects.filter(id=editor.id).update(is_staff=True)
        for name in ("change_environment", "view_environment"):
            editor.user_permissions.add(Permission.objects.get(codename=name))
        client, dba = Client(), group("dba", editor)
        client.force_login(editor)
        assert client.post(self.URL, environment_form(approver_groups=[dba.pk])).status_code == 302
        assert not has_role(editor, "approver", "production")

    def test_who_may_only_look_sees_the_groups(self, admin: Client) -> None:
        reader = person("reader")
        User.objects.filter(id=reader.id).update(is_staff=True)
        reader.user_permissions.add(Permission.objects.get(codename="view_environment"))
        group("dba", approves_in="production")
        client = page_client(reader)
        page = client.get(self.URL)
        assert page.status_code == 200
        assert b"dba" in page.content

    def test_a_group_s_page_has_its_roles(self, admin: Client) -> None:
        dba = group("dba", approves_in="production")
        page = admin.get(f"/admin/auth/group/{dba.pk}/change/").content.decode()
        assert "roles of all members" in page.lower()
        assert admin.get("/admin/auth/group/").status_code == 200


class TestRules:
    URL = f"{ADMIN}/approvalrule/add/"

    def test_a_row_is_made(self, admin: Client) -> None:
        group("dba")
        row = {"environment": "production", "risk": "high", "rule": "two", "groups": ["dba"]}
        assert admin.post(self.URL, row).status_code == 302
        (made,) = ApprovalRule.objects.all()
        assert (made.environment, made.risk, made.rule, made.groups) == ("production", "high", "two", ["dba"])

    def test_what_lowers_or_says_nothing_is_refused(self, admin: Client) -> None:
        Group.objects.create(name="dba")
        for row, said in (
            ({"risk": "critical", "rule": "other"}, "critical risk asks for “two” by itself"),
            ({"risk": "high", "rule": "self"}, "high risk asks for “other” by itself"),
            ({"risk": "low", "rule": "self"}, "what this risk asks for anyway"),
            ({"risk": "low", "rule": "self", "groups": ["dba"]}, "The requester confirms here"),
            ({"risk": "read", "rule": "two"}, "read is not one of the available choices"),
            ({"risk": "low", "rule": "none"}, "none is not one of the available choices"),
            ({"risk": "low", "rule": "two", "environment": "moon"}, "moon is not one of the available choices"),
            ({"risk": "low", "rule": "two", "groups": ["nobody"]}, "nobody is not one of the available choices"),
        ):
            assert said in problems(admin.post(self.URL, {"environment": "*", **row}))
        assert not ApprovalRule.objects.exists()

    def test_there_is_one_row_per_risk(self, admin: Client) -> None:
        ApprovalRule.objects.create(environment="*", risk="low", rule="other")
        said = problems(admin.post(self.URL, {"environment": "*", "risk": "low", "rule": "two"}))
        assert "already exists" in said

    def test_a_group_that_is_gone_stays_until_it_is_taken_out(self, admin: Client) -> None:
        row = ApprovalRule.objects.create(environment="*", risk="low", rule="other", groups=["gone"])
        url = f"{ADMIN}/approvalrule/{row.pk}/change/"
        assert "gone (gone)" in admin.get(url).content.decode()
        kept = {"environment": "*", "risk": "low", "rule": "two", "groups": ["gone"]}
        assert admin.post(url, kept).status_code == 302
        assert ApprovalRule.objects.get(pk=row.pk).groups == ["gone"]


class TestDelegations:
    URL = f"{ADMIN}/delegation/add/"

    def asked(self, giver: User, to: User, **changes: Any) -> dict[str, Any]:
        until = localtime(utc_now() + timedelta(days=2))
        moment = {"until_0": f"{until:%Y-%m-%d}", "until_1": f"{until:%H:%M:%S}"}
        nothing = {"starts_at_0": "", "starts_at_1": ""}
        return {"away": giver.pk, "decides": to.pk, "environment": "production", **moment, **nothing, **changes}

    def test_an_administrator_arranges_it_for_who_has_left(self, admin: Client) -> None:
        ada, stan = person("ada", "approver"), person("stan")
        response = admin.post(self.URL, self.asked(ada, stan))
        assert response.status_code == 302, problems(response)
        (made,) = Delegation.objects.all()
        assert (made.from_name, made.to_name, made.environment, made.given_by["name"]) == (
            "ada",
            "stan",
            "production",
            "root",
        )

    def test_what_makes_no_sense_is_said_at_its_field(self, admin: Client) -> None:
        ada, stan = person("ada", "approver"), person("stan")
        assert "nothing to hand on" in problems(admin.post(self.URL, self.asked(stan, ada)))
        assert "Somebody else has to decide" in problems(admin.post(self.URL, self.asked(ada, ada)))
        past = {"until_0": "2000-01-01"}
        assert "in the past" in problems(admin.post(self.URL, self.asked(ada, stan, **past)))
        assert not Delegation.objects.exists()

    def test_it_is_ended_and_never_edited(self, admin: Client) -> None:
        given = away(person("ada", "approver"), person("stan"))
        admin.post(f"{ADMIN}/delegation/", {"action": "end", "_selected_action": [given.id]})
        assert Delegation.objects.get(pk=given.id).ended_by["name"] == "root"  # type: ignore[index]
        assert admin.post(f"{ADMIN}/delegation/{given.id}/change/", {"until": "2999-01-01"}).status_code == 403
        assert admin.post(f"{ADMIN}/delegation/{given.id}/delete/", {"post": "yes"}).status_code == 403
