"""When visitors were seen: those who are there already are taken for seen now."""

from datetime import UTC, datetime
from uuid import UUID

from django.db import migrations, models

from chatbot_project.mongo.connections import collection


def fill(apps, schema_editor):
    """Again is harmless."""
    seen = {"site": "", "seen_at": datetime.now(UTC), "state": "here"}
    for user in collection("accounts_user").find({"is_visitor": True}, {"_id": 1}):
        key = str(UUID(user["_id"]))
        collection("conversations_visitor").update_one({"_id": key}, {"$setOnInsert": seen}, upsert=True)


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0007_seen_and_deleted"),
    ]

    operations = [
        migrations.CreateModel(
            name="Visitor",
            fields=[
                ("id", models.CharField(db_column="_id", max_length=36, primary_key=True, serialize=False)),
                ("site", models.CharField(blank=True, default="", max_length=63)),
                ("seen_at", models.DateTimeField()),
                ("state", models.CharField(default="here", max_length=10)),
            ],
            options={
                "db_table": "conversations_visitor",
                "indexes": [models.Index(fields=["state", "seen_at"], name="visitor_state_seen")],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
