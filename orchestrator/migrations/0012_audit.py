"""Moves say where and by whom they were made: what is listed by that must not look at every job."""

from django.db import migrations, models

from chatbot_project.mongo.connections import collection


def fill(apps, schema_editor):
    """What was recorded before; again is harmless."""
    moves = collection("orchestrator_transition")
    moves.update_many({"actor_id": None}, [{"$set": {"actor_id": "$actor.id"}}])
    for job in collection("orchestrator_job").find({}, {"environment": 1, "stack_id": 1}):
        where = {"environment": job["environment"], "stack_id": job["stack_id"]}
        moves.update_many({"job_id": job["_id"], "environment": {"$in": [None, ""]}}, {"$set": where})


class Migration(migrations.Migration):
    dependencies = [
        ("orchestrator", "0011_decisions_of_a_person"),
    ]

    operations = [
        migrations.AddField(
            model_name="transition",
            name="actor_id",
            field=models.CharField(max_length=36, null=True, help_text="None: a part of the system."),
        ),
        migrations.AddField(
            model_name="transition",
            name="environment",
            field=models.CharField(max_length=63, default=""),
        ),
        migrations.AddField(
            model_name="transition",
            name="stack_id",
            field=models.CharField(max_length=36, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="transition", name="transition_latest"),
        migrations.AddIndex(
            model_name="transition",
            index=models.Index(fields=["-at", "-id"], name="transition_by_time"),
        ),
        migrations.AddIndex(
            model_name="transition",
            index=models.Index(fields=["actor_id", "-at", "-id"], name="transition_by_actor"),
        ),
        migrations.AddIndex(
            model_name="transition",
            index=models.Index(fields=["environment", "-at", "-id"], name="transition_by_place"),
        ),
        migrations.AddIndex(
            model_name="transition",
            index=models.Index(fields=["stack_id", "-at", "-id"], name="transition_by_stack"),
        ),
    ]
