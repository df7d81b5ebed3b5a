"""Addresses of the pages people open."""

from django.contrib.auth.views import LogoutView
from django.templatetags.static import static
from django.urls import path
from django.views.generic import RedirectView

from . import audit, away, catalogue, dashboard, history, inbox, jobs, profile, stacks, views, widget
from .words import Words

app_name = "web"

urlpatterns = [
    path("", views.home, name="home"),
    # Browsers ask for it on pages that name no icon, such as the admin's.
    path("favicon.ico", RedirectView.as_view(url=static("web/icon.svg")), name="favicon"),
    path("words/<str:language>.js", Words.as_view(), name="words"),
    path("widget/v1.js", widget.script, name="widget"),
    path("widget/words/<str:language>.js", widget.WidgetWords.as_view(), name="widget-words"),
    path("c/", history.conversations, name="conversations"),
    path("c/new/", views.conversation_new, name="conversation-new"),
    path("c/<uuid:conversation_id>/", views.chat, name="chat"),
    path("c/<uuid:conversation_id>/manage/", history.conversation, name="conversation"),
    path("approvals/", inbox.approvals, name="approvals"),
    path("approvals/<uuid:job_id>/", inbox.decide, name="approval-decide"),
    path("approvals/away/", away.away_give, name="away-give"),
    path("approvals/away/<uuid:delegation_id>/", away.away_end, name="away-end"),
    path("jobs/<uuid:job_id>/", jobs.job, name="job"),
    path("jobs/<uuid:job_id>/log.txt", jobs.job_log, name="job-log"),
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/<str:name>/", catalogue.entry, name="catalogue-entry"),
    path("stacks/", stacks.stacks, name="stacks"),
    path("stacks/<uuid:stack_id>/", stacks.stack, name="stack"),
    path("stacks/<uuid:stack_id>/resources/", stacks.resources, name="stack-resources"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("audit/", audit.audit, name="audit"),
    path("audit/audit.csv", audit.audit_file, name="audit-file"),
    path("profile/", profile.profile, name="profile"),
    path("login/", views.SignInView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
