import chatbot_project.mongo.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orchestrator", "0012_audit"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reveal",
            fields=[
                ("id", models.CharField(db_column="_id", max_length=36, primary_key=True, serialize=False)),
                ("stack_id", models.CharField(max_length=36)),
                ("output", models.CharField(max_length=200)),
                ("public_key", models.CharField(max_length=200)),
                ("asked_by", models.JSONField(default=dict)),
                ("state", models.CharField(max_length=20)),
                ("box", models.JSONField(default=dict)),
                ("problem", models.CharField(blank=True, max_length=40)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "db_table": "orchestrator_reveal",
                "indexes": [
                    chatbot_project.mongo.indexes.TTLIndex(expire_after=0, fields=["expires_at"], name="reveal_ttl")
                ],
            },
        ),
    ]
