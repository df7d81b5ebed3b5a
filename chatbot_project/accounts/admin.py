"""People and their roles in the admin."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import GroupBinding, RoleBinding, User

if TYPE_CHECKING:
    _Inline = admin.TabularInline[RoleBinding, User]
    _UserAdmin = DjangoUserAdmin[User]
    _BindingAdmin = admin.ModelAdmin[RoleBinding]
    _GroupInline = admin.TabularInline[GroupBinding, Group]
    _GroupBindingAdmin = admin.ModelAdmin[GroupBinding]
else:  # Django's own classes take no parameters
    _Inline, _UserAdmin, _BindingAdmin = admin.TabularInline, DjangoUserAdmin, admin.ModelAdmin
    _GroupInline, _GroupBindingAdmin = admin.TabularInline, admin.ModelAdmin


class RoleBindingInline(_Inline):
    model = RoleBinding
    extra = 0


@admin.register(User)
class UserAdmin(_UserAdmin):
    inlines = (RoleBindingInline,)
    fieldsets = (*(DjangoUserAdmin.fieldsets or ()), (_("Preferences"), {"fields": ("time_zone", "language", "theme")}))
    list_display = ("username", "email", "roles", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "is_visitor")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related(Prefetch("role_bindings"))

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        if user.is_superuser:
            return "all, everywhere"
        own = [f"{each.role} in {each.environment}" for each in user.role_bindings.all()]
        groups = user.groups.order_by("name").values_list("name", flat=True)
        return ", ".join([*own, *(f"as {group}" for group in groups)]) or "none"

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj else ()


@admin.register(RoleBinding)
class RoleBindingAdmin(_BindingAdmin):
    list_display = ("user", "role", "environment")
    list_filter = ("role", "environment")
    list_select_related = ("user",)
    autocomplete_fields = ("user",)


class GroupBindingInline(_GroupInline):
    model = GroupBinding
    extra = 0
    verbose_name_plural = _("roles of all members")


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin):
    """Who is in a group is chosen on each person's page."""

    inlines = (GroupBindingInline,)


@admin.register(GroupBinding)
class GroupBindingAdmin(_GroupBindingAdmin):
    list_display = ("group", "role", "environment")
    list_filter = ("role", "environment")
    list_select_related = ("group",)
