import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orchestrator", "0008_life_of_a_stack"),
    ]

    operations = [
        migrations.CreateModel(
            name="Freeze",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_column="_id", default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "environment",
                    models.CharField(
                        default="*", help_text="Name of an environment, or * for all of them.", max_length=63
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "weekly",
                    models.BooleanField(
                        default=False,
                        help_text="Again every week, at the same times (UTC). What is between one end and the next beginning is the maintenance window: for Saturdays from 02:00 to 06:00, freeze from a Saturday 06:00 to the next one 02:00.",
                    ),
                ),
                ("reason", models.CharField(help_text="Told to whoever asks for a change meanwhile.", max_length=200)),
            ],
            options={
                "db_table": "orchestrator_freeze",
                "ordering": ["starts_at"],
            },
        ),
        migrations.AddField(
            model_name="environment",
            name="drift_check_hours",
            field=models.PositiveIntegerField(
                blank=True,
                default=0,
                help_text="Every so many hours the stacks here are compared with what is there; 0: on request.",
            ),
        ),
        migrations.AddField(
            model_name="environment",
            name="most_jobs_per_person",
            field=models.PositiveIntegerField(
                blank=True, default=0, help_text="So many unfinished jobs of one person; 0: any number."
            ),
        ),
        migrations.AddField(
            model_name="environment",
            name="most_stacks",
            field=models.PositiveIntegerField(
                blank=True, default=0, help_text="So many stacks there may be here; 0: any number."
            ),
        ),
        migrations.AddField(
            model_name="environment",
            name="most_stacks_per_person",
            field=models.PositiveIntegerField(blank=True, default=0, help_text="So many of one person; 0: any number."),
        ),
    ]
