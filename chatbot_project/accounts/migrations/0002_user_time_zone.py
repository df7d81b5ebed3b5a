import chatbot_project.accounts.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='time_zone',
            field=models.CharField(default='UTC', help_text='In which the bot reads “yesterday” and “on monday”, for example Europe/Berlin.', max_length=64, validators=[chatbot_project.accounts.models.time_zone_check]),
        ),
    ]
