from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orchestrator", "0010_adopted_and_imported"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(fields=["user_id", "-at", "-id"], name="approval_by_user"),
        ),
    ]
