"""The admin's pages under our own name."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class AdminSite(admin.AdminSite):
    site_header = site_title = _("Infrachat administration")
    index_title = _("Overview")
