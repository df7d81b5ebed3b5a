import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_user_time_zone'),
        ('auth', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='GroupBinding',
            fields=[
                ('id', models.UUIDField(db_column='_id', default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('requester', 'Requester: may ask for changes'), ('approver', "Approver: may approve other people's changes"), ('operator', 'Operator: may see and cancel every job')], max_length=20)),
                ('environment', models.CharField(default='*', help_text='Name of an environment, or * for all of them.', max_length=63)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='role_bindings', to='auth.group')),
            ],
            options={
                'db_table': 'accounts_groupbinding',
                'constraints': [models.UniqueConstraint(fields=('group', 'role', 'environment'), name='one_group_binding_per_role')],
            },
        ),
    ]
