"""For inclusion under /api/v1/."""

from django.urls import path

from . import approvals, catalogue, jobs, life, reveals

urlpatterns = [
    path("jobs/", jobs.JobListView.as_view(), name="jobs"),
    path("jobs/<str:job_id>/", jobs.JobDetailView.as_view(), name="job"),
    path("jobs/<str:job_id>/events/", jobs.JobEventsView.as_view(), name="job-events"),
    path("jobs/<str:job_id>/plan/", jobs.JobPlanView.as_view(), name="job-plan"),
    path("jobs/<str:job_id>/approve/", jobs.JobApproveView.as_view(), name="job-approve"),
    path("jobs/<str:job_id>/reject/", jobs.JobRejectView.as_view(), name="job-reject"),
    path("jobs/<str:job_id>/cancel/", jobs.JobCancelView.as_view(), name="job-cancel"),
    path("jobs/<str:job_id>/retry/", jobs.JobRetryView.as_view(), name="job-retry"),
    path("approvals/", approvals.ApprovalListView.as_view(), name="approvals"),
    path("delegations/", approvals.DelegationListView.as_view(), name="delegations"),
    path("delegations/<str:delegation_id>/", approvals.DelegationDetailView.as_view(), name="delegation"),
    path("stacks/", catalogue.StackListView.as_view(), name="stacks"),
    path("stacks/<str:stack_id>/", catalogue.StackDetailView.as_view(), name="stack"),
    path("stacks/<str:stack_id>/revisions/", life.StackRevisionsView.as_view(), name="stack-revisions"),
    path("stacks/<str:stack_id>/undo/", life.StackUndoView.as_view(), name="stack-undo"),
    path("stacks/<str:stack_id>/adopt/", life.StackAdoptView.as_view(), name="stack-adopt"),
    path("stacks/<str:stack_id>/restore/", life.StackRestoreView.as_view(), name="stack-restore"),
    path("stacks/<str:stack_id>/keep/", life.StackKeepView.as_view(), name="stack-keep"),
    path("stacks/<str:stack_id>/owner/", life.StackGiveView.as_view(), name="stack-owner"),
    path("stacks/<str:stack_id>/drift-check/", life.StackWatchView.as_view(), name="stack-drift-check"),
    path("stacks/<str:stack_id>/secret-outputs/", reveals.SecretOutputsView.as_view(), name="secret-outputs"),
    path("secret-outputs/<str:reveal_id>/take/", reveals.SecretOutputTakeView.as_view(), name="secret-output-take"),
    path("blueprints/", catalogue.BlueprintListView.as_view(), name="blueprints"),
    path("blueprints/<str:name>/", catalogue.BlueprintDetailView.as_view(), name="blueprint"),
    path("blueprints/<str:name>/schema/", catalogue.BlueprintSchemaView.as_view(), name="blueprint-schema"),
    path("blueprints/<str:name>/form/", catalogue.BlueprintFormView.as_view(), name="blueprint-form"),
    path("environments/", catalogue.EnvironmentListView.as_view(), name="environments"),
    path("environments/<str:name>/", catalogue.EnvironmentDetailView.as_view(), name="environment"),
]
