from django.db import migrations, models

import chatbot_project.accounts.models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_group_bindings")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="time_zone",
            field=models.CharField(
                blank=True,
                default="",
                help_text=(
                    "In which “yesterday” and “until 6 pm” are understood, and times are shown; for example "
                    "Europe/Berlin. Empty: understood in UTC, and shown as the browser has it."
                ),
                max_length=64,
                validators=[chatbot_project.accounts.models.time_zone_check],
            ),
        ),
    ]
