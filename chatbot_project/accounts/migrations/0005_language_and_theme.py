from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_time_zone_may_be_empty")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[("en", "English"), ("de", "Deutsch")],
                default="",
                help_text="Of pages and answers. Empty: as the browser asks for it.",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="theme",
            field=models.CharField(
                blank=True, choices=[("light", "Light"), ("dark", "Dark")], default="", max_length=10
            ),
        ),
    ]
