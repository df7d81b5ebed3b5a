"""sandbox, staging and production, unless there are environments already."""

from django.db import migrations

from orchestrator.environments import environments_seed


def seed(apps, schema_editor):
    environments_seed()


class Migration(migrations.Migration):
    dependencies = [("orchestrator", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
