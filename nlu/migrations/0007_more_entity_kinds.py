from django.db import migrations, models

KINDS = [
    *("list", "pattern", "name", "learned", "boolean", "region", "number", "duration", "cidr"),
    *("instance_type", "size", "arn", "moment"),
]


class Migration(migrations.Migration):
    dependencies = [("nlu", "0006_import_uploads")]

    operations = [
        migrations.AlterField(
            model_name="entitytype",
            name="kind",
            field=models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=20),
        )
    ]
