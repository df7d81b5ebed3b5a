from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orchestrator", "0009_freezes_and_limits"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="adopts_job_id",
            field=models.CharField(
                help_text="The check for drift whose findings are asked for.", max_length=36, null=True
            ),
        ),
        migrations.AddField(
            model_name="job",
            name="imports",
            field=models.JSONField(null=True, help_text="What exists and is taken over: {address: id}."),
        ),
        migrations.AddField(
            model_name="stack",
            name="drift_check_hours",
            field=models.PositiveIntegerField(
                help_text="It is compared with what is there every so many hours; empty: as its environment says.",
                null=True,
            ),
        ),
    ]
