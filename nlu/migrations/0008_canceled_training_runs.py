from django.db import migrations, models

from nlu.runs.states import RunState


class Migration(migrations.Migration):
    dependencies = [("nlu", "0007_more_entity_kinds")]

    operations = [
        migrations.AlterField(
            model_name="trainingrun",
            name="state",
            field=models.CharField(choices=RunState.choices, max_length=10),
        )
    ]
