"""Environments in other clouds than AWS, and a policy for the session of an assumed role."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orchestrator', '0013_secret_outputs'),
    ]

    operations = [
        migrations.AddField(
            model_name='environment',
            name='client_id',
            field=models.CharField(blank=True, help_text="Azure: the id of the application; empty: the worker's ARM_CLIENT_ID.", max_length=36),
        ),
        migrations.AddField(
            model_name='environment',
            name='cloud',
            field=models.CharField(choices=[('aws', 'AWS'), ('azure', 'Azure'), ('google', 'Google Cloud')], default='aws', help_text='Where it is. Credentials never stand here: only the infrastructure worker has them.', max_length=10),
        ),
        migrations.AddField(
            model_name='environment',
            name='project_id',
            field=models.CharField(blank=True, help_text='Google Cloud: the id of the project.', max_length=60),
        ),
        migrations.AddField(
            model_name='environment',
            name='service_account',
            field=models.CharField(blank=True, help_text='Google Cloud: the address of a service account to impersonate.', max_length=200),
        ),
        migrations.AddField(
            model_name='environment',
            name='session_policy',
            field=models.TextField(blank=True, help_text="AWS: a policy (JSON) for the assumed role's session; only what both allow is allowed."),
        ),
        migrations.AddField(
            model_name='environment',
            name='subscription_id',
            field=models.CharField(blank=True, help_text='Azure: the id of the subscription.', max_length=36),
        ),
        migrations.AddField(
            model_name='environment',
            name='tenant_id',
            field=models.CharField(blank=True, help_text='Azure: the id of the tenant.', max_length=36),
        ),
        migrations.AlterField(
            model_name='environment',
            name='credentials_prefix',
            field=models.CharField(blank=True, help_text='Workers read what lets them in from PREFIX_AWS_ACCESS_KEY_ID, PREFIX_ARM_CLIENT_SECRET, PREFIX_GOOGLE_CREDENTIALS and so on; empty: from the names without it.', max_length=60),
        ),
        migrations.AlterField(
            model_name='environment',
            name='region',
            field=models.CharField(default='us-east-1', help_text="By the cloud's own name: us-east-1, westeurope, europe-west1.", max_length=40),
        ),
        migrations.AlterField(
            model_name='environment',
            name='role_arn',
            field=models.CharField(blank=True, help_text='AWS: a role that workers assume here.', max_length=200),
        ),
    ]
