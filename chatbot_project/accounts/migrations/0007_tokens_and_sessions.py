import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import chatbot_project.mongo.indexes


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_visitors"),
    ]

    operations = [
        migrations.CreateModel(
            name="TokenUse",
            fields=[
                ("digest", models.CharField(db_column="_id", max_length=128, primary_key=True, serialize=False)),
                ("name", models.CharField(blank=True, default="", max_length=100)),
                ("request_id", models.CharField(blank=True, default="", max_length=36)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"db_table": "accounts_tokenuse"},
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("session_key", models.CharField(db_column="_id", max_length=40, primary_key=True, serialize=False)),
                ("address", models.CharField(blank=True, default="", max_length=45)),
                ("browser", models.CharField(blank=True, default="", max_length=300)),
                ("began_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "accounts_signin",
                "indexes": [
                    chatbot_project.mongo.indexes.TTLIndex(
                        expire_after=2592000, fields=["seen_at"], name="signin_ttl"
                    )
                ],
            },
        ),
    ]
