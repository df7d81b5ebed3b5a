from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orchestrator", "0003_dead_letters"),
    ]

    operations = [
        migrations.CreateModel(
            name="Host",
            fields=[
                ("name", models.CharField(db_column="_id", max_length=200, primary_key=True, serialize=False)),
                ("lost_at", models.DateTimeField()),
                ("lost_by", models.CharField(max_length=150)),
            ],
            options={
                "db_table": "orchestrator_host",
            },
        ),
        migrations.AddField(
            model_name="approval",
            name="round",
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name="job",
            name="approval_round",
            field=models.IntegerField(default=0, help_text="The start after which people were asked again."),
        ),
        migrations.AddField(
            model_name="job",
            name="found",
            field=models.JSONField(help_text="What an interrupted start turned out to have done.", null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="planning_losses",
            field=models.IntegerField(default=0, help_text="How often the worker was lost while planning."),
        ),
        migrations.AddField(
            model_name="job",
            name="remainder",
            field=models.JSONField(help_text="The part of the approved plan that the latest start does.", null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="retry_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="tries",
            field=models.IntegerField(default=0, help_text="How often finding out what was done came to nothing."),
        ),
        migrations.AddField(
            model_name="jobevent",
            name="offset",
            field=models.IntegerField(help_text="Where the line ends in the output of its start's process.", null=True),
        ),
        migrations.AddField(
            model_name="jobevent",
            name="start",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="start",
            name="host",
            field=models.CharField(default="", max_length=200),
        ),
        migrations.AddField(
            model_name="start",
            name="lock_id",
            field=models.CharField(help_text="Of the state lock that it took.", max_length=100, null=True),
        ),
        migrations.AddField(
            model_name="start",
            name="process",
            field=models.JSONField(help_text="{pid, started_at} of what was started.", null=True),
        ),
        migrations.AddField(
            model_name="transition",
            name="quiet",
            field=models.BooleanField(default=False, help_text="The same try once more, of which people have heard."),
        ),
    ]
