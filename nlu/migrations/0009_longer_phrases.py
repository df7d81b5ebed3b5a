from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("nlu", "0008_canceled_training_runs")]

    operations = [
        migrations.AlterField(
            model_name="example",
            name="text",
            field=models.CharField(help_text="{slot} stands where a value would.", max_length=1000),
        )
    ]
