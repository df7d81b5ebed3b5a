import django.db.models.deletion
from django.db import migrations, models


def first_activations(apps, schema_editor):
    """Versions that answered before activations were recorded can be rolled back to."""
    rows = apps.get_model("nlu", "Activation").objects
    for bot in apps.get_model("nlu", "Bot").objects.exclude(active_model=None).select_related("active_model"):
        rows.create(
            id=f"{bot.pk}:000001",
            bot_id=bot.pk,
            number=1,
            model_id=bot.active_model_id,
            kind="activated",
            by={"id": None, "name": "system"},
            at=bot.active_model.activated_at or bot.active_model.created_at,
        )
        bot.last_activation = 1
        bot.save(update_fields=["last_activation"])


class Migration(migrations.Migration):

    dependencies = [
        ('nlu', '0002_learned_entities'),
    ]

    operations = [
        migrations.CreateModel(
            name='Activation',
            fields=[
                ('id', models.CharField(db_column='_id', max_length=80, primary_key=True, serialize=False)),
                ('number', models.IntegerField()),
                ('kind', models.CharField(choices=[('activated', 'activated'), ('rolled back', 'rolled back')], max_length=12)),
                ('by', models.JSONField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'nlu_activation',
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='TrainingRun',
            fields=[
                ('id', models.CharField(db_column='_id', max_length=36, primary_key=True, serialize=False)),
                ('unfinished_of', models.CharField(help_text='The bot, until the run has ended.', max_length=63, null=True)),
                ('state', models.CharField(choices=[('queued', 'waits for a worker'), ('running', 'is being trained'), ('succeeded', 'trained'), ('refused', 'refused: the data cannot be used'), ('failed', 'failed')], max_length=10)),
                ('activate', models.BooleanField(help_text='Whether the version answers as soon as it is there.')),
                ('asked_by', models.JSONField()),
                ('created_at', models.DateTimeField()),
                ('woken_at', models.DateTimeField(help_text='When a worker was last told of it.')),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('sentence', models.CharField(blank=True, max_length=200)),
                ('share', models.FloatField(default=0.0)),
                ('mistakes', models.JSONField(default=list)),
                ('error', models.TextField(blank=True)),
                ('lease_owner', models.CharField(max_length=200, null=True)),
                ('lease_fence', models.IntegerField(default=0)),
                ('lease_expires_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'training run',
                'db_table': 'nlu_trainingrun',
                'ordering': ['-created_at'],
            },
        ),
        migrations.AddField(
            model_name='bot',
            name='last_activation',
            field=models.IntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='nlumodel',
            name='archive_due_at',
            field=models.DateTimeField(help_text='When archiving or restoring is tried again.', null=True),
        ),
        migrations.AddField(
            model_name='nlumodel',
            name='archive_problem',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='nlumodel',
            name='archived_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='nlumodel',
            name='damaged_at',
            field=models.DateTimeField(help_text='When its file was found to be gone or damaged, until it is restored.', null=True),
        ),
        migrations.AddIndex(
            model_name='nlumodel',
            index=models.Index(fields=['archived_at', 'archive_due_at'], name='nlu_model_unarchived'),
        ),
        migrations.AddField(
            model_name='activation',
            name='before',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='nlu.activation'),
        ),
        migrations.AddField(
            model_name='activation',
            name='bot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='activations', to='nlu.bot'),
        ),
        migrations.AddField(
            model_name='activation',
            name='model',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='activations', to='nlu.nlumodel'),
        ),
        migrations.AddField(
            model_name='trainingrun',
            name='bot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='nlu.bot'),
        ),
        migrations.AddField(
            model_name='trainingrun',
            name='model',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='runs', to='nlu.nlumodel'),
        ),
        migrations.AddConstraint(
            model_name='activation',
            constraint=models.UniqueConstraint(fields=('bot', 'number'), name='nlu_one_activation_per_number'),
        ),
        migrations.AddIndex(
            model_name='trainingrun',
            index=models.Index(fields=['state', 'woken_at'], name='nlu_run_by_state'),
        ),
        migrations.AddConstraint(
            model_name='trainingrun',
            constraint=models.UniqueConstraint(fields=('unfinished_of',), name='nlu_one_unfinished_run_per_bot'),
        ),
        migrations.RunPython(first_activations, migrations.RunPython.noop),
    ]
