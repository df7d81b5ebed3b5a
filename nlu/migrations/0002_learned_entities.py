from django.db import migrations, models

KINDS = ["list", "pattern", "name", "learned", "boolean", "region", "number", "duration", "cidr"]


class Migration(migrations.Migration):
    dependencies = [("nlu", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="entitytype",
            name="kind",
            field=models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=10),
        )
    ]
