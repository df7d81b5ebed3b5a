import django.core.validators
from django.db import migrations, models

import orchestrator.policy_models


class Migration(migrations.Migration):

    dependencies = [
        ('orchestrator', '0006_added_blueprints'),
    ]

    operations = [
        migrations.CreateModel(
            name='PolicyRule',
            fields=[
                ('name', models.CharField(db_column='_id', help_text='The name of a shipped rule: this one takes its place; switched off, neither is used.', max_length=63, primary_key=True, serialize=False, validators=[django.core.validators.RegexValidator('^[a-z][a-z0-9-]*$', 'Use lower-case letters, digits and dashes.')])),
                ('title', models.CharField(help_text='What must be so, in one sentence.', max_length=120)),
                ('source', models.TextField(default=orchestrator.policy_models.START, help_text='Rego, package infrachat.', max_length=50000)),
                ('enabled', models.BooleanField(default=True, help_text='Off: plans are not held against it.')),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('updated_by', models.CharField(blank=True, editable=False, max_length=150)),
            ],
            options={
                'db_table': 'orchestrator_policyrule',
                'ordering': ['name'],
            },
        ),
    ]
