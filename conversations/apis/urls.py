"""REST addresses of conversations, below /api/v1/."""

from django.urls import path

from .intents import PopularIntentsView
from .proposals import JobCorrectView, JobWhyView
from .sse import StreamView
from .views import ConversationDetailView, ConversationsView, MessagesView, TokenView
from .widget import WidgetSessionView, WidgetTokenView

app_name = "conversations-api"

urlpatterns = [
    path("auth/token/", TokenView.as_view(), name="token"),
    path("conversations/", ConversationsView.as_view(), name="conversations"),
    path("conversations/<str:conversation_id>/", ConversationDetailView.as_view(), name="conversation"),
    path("conversations/<str:conversation_id>/messages/", MessagesView.as_view(), name="messages"),
    path("conversations/<str:conversation_id>/stream/", StreamView.as_view(), name="stream"),
    path("widget/sites/<slug:site>/session/", WidgetSessionView.as_view(), name="widget-session"),
    path("widget/sites/<slug:site>/tokens/", WidgetTokenView.as_view(), name="widget-tokens"),
    path("intents/popular/", PopularIntentsView.as_view(), name="intents-popular"),
    path("jobs/<str:job_id>/why/", JobWhyView.as_view(), name="job-why"),
    path("jobs/<str:job_id>/correct/", JobCorrectView.as_view(), name="job-correct"),
]
