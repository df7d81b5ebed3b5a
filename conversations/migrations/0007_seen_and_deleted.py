from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0006_embedding"),
    ]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="seen_seq",
            field=models.BigIntegerField(help_text="The last number that its owner has looked at.", null=True),
        ),
        migrations.AddField(
            model_name="conversation",
            name="deleted_at",
            field=models.DateTimeField(
                help_text="When its owner deleted it: it is kept for audit, and nobody but an admin finds it.", null=True
            ),
        ),
    ]
