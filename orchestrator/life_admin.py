"""In the admin: what is to happen to stacks, and what happened to them besides their jobs. To be read only."""

from django.contrib import admin

from chatbot_project.mongo.history_admin import ReadOnlyAdmin

from . import life_models


@admin.register(life_models.Schedule)
class ScheduleAdmin(ReadOnlyAdmin):
    list_display = ("kind", "subject", "due_at", "fired", "fired_at", "attempts", "problem")
    list_filter = ("kind",)
    search_fields = ("subject",)
    ordering = ("due_at",)


@admin.register(life_models.StackEvent)
class StackEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "stack_name", "environment", "kind", "text")
    list_filter = ("kind", "environment")
    search_fields = ("stack_id", "stack_name")
    ordering = ("-at",)
