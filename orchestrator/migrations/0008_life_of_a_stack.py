from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orchestrator", "0007_policy_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="lifetime",
            field=models.JSONField(help_text="For how long, or until when, its stack is asked for.", null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="standing_job_id",
            field=models.CharField(
                help_text="The job with whose plan this deletion was approved.", max_length=36, null=True
            ),
        ),
        migrations.AddField(
            model_name="stack",
            name="expires_at",
            field=models.DateTimeField(help_text="When it is deleted; empty: never by itself.", null=True),
        ),
        migrations.AddField(
            model_name="stack",
            name="expiry",
            field=models.JSONField(help_text="What its deletion was approved with, and how far that is.", null=True),
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                ("id", models.CharField(db_column="_id", max_length=120, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("subject", models.CharField(help_text="The id of what it happens to: a stack.", max_length=63)),
                ("due_at", models.DateTimeField()),
                ("data", models.JSONField(default=dict)),
                ("fired", models.IntegerField(default=0, help_text="How often it was fired.")),
                ("fired_at", models.DateTimeField(null=True)),
                ("attempts", models.IntegerField(default=0, help_text="How often it failed since.")),
                ("problem", models.TextField(blank=True, help_text="Why it failed last.")),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "orchestrator_schedule",
                "indexes": [models.Index(fields=["due_at"], name="schedule_due")],
            },
        ),
        migrations.CreateModel(
            name="StackEvent",
            fields=[
                ("id", models.CharField(db_column="_id", max_length=36, primary_key=True, serialize=False)),
                ("stack_id", models.CharField(max_length=36)),
                ("stack_name", models.CharField(max_length=120)),
                ("environment", models.CharField(max_length=63)),
                ("kind", models.CharField(max_length=40)),
                ("actor", models.JSONField(default=dict)),
                ("text", models.TextField()),
                ("data", models.JSONField(default=dict)),
                ("conversation_id", models.CharField(max_length=36, null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "orchestrator_stackevent",
                "indexes": [
                    models.Index(fields=["stack_id", "-at"], name="stackevent_by_stack"),
                    models.Index(fields=["-at"], name="stackevent_latest"),
                ],
            },
        ),
    ]
