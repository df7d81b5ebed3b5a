from django.db import migrations, models

import chatbot_project.mongo.indexes


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_tokens_and_sessions"),
    ]

    operations = [
        migrations.AddField(
            model_name="tokenuse",
            name="ends_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="tokenuse",
            index=chatbot_project.mongo.indexes.TTLIndex(expire_after=86400, fields=["ends_at"], name="tokenuse_ttl"),
        ),
    ]
