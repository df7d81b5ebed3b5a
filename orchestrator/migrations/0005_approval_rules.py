import chatbot_project.mongo.indexes
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orchestrator', '0004_interrupted_jobs'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApprovalRule',
            fields=[
                ('id', models.UUIDField(db_column='_id', default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('environment', models.CharField(default='*', help_text='Name of an environment, or * for all of them.', max_length=63)),
                ('risk', models.CharField(choices=[('low', 'low'), ('high', 'high'), ('critical', 'critical')], help_text='Holds for changes of this risk and for riskier ones. Reading is never raised.', max_length=10)),
                ('rule', models.CharField(choices=[('self', 'self: the requester confirms'), ('other', 'other: an approver who is not the requester'), ('two', 'two: two such approvers')], help_text='At least this. What the risk itself asks for (low: self, high: other, critical: two) stays where it is more. A change of the table voids the plans that wait: they have to be made again.', max_length=10)),
                ('groups', models.JSONField(blank=True, default=list, help_text='Only approvals by members of one of these groups count, administrators included. None: by every approver of the environment.')),
            ],
            options={
                'db_table': 'orchestrator_approvalrule',
                'ordering': ['environment', 'risk'],
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.CharField(db_column='_id', max_length=36, primary_key=True, serialize=False)),
                ('from_id', models.CharField(max_length=36)),
                ('from_name', models.CharField(max_length=150, verbose_name='away')),
                ('to_id', models.CharField(max_length=36)),
                ('to_name', models.CharField(max_length=150, verbose_name='decides meanwhile')),
                ('environment', models.CharField(max_length=63)),
                ('starts_at', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('given_by', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.JSONField(null=True)),
            ],
            options={
                'db_table': 'orchestrator_delegation',
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.CharField(db_column='_id', max_length=160, primary_key=True, serialize=False)),
                ('job_id', models.CharField(max_length=36)),
                ('user_id', models.CharField(max_length=36)),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'orchestrator_reminder',
            },
        ),
        migrations.AddField(
            model_name='approval',
            name='delegation_id',
            field=models.CharField(max_length=36, null=True),
        ),
        migrations.AddField(
            model_name='approval',
            name='for_kind',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name='approval',
            name='kind',
            field=models.CharField(default='vote', max_length=10),
        ),
        migrations.AddField(
            model_name='approval',
            name='on_behalf_of',
            field=models.JSONField(help_text='Who was away and had let this person decide.', null=True),
        ),
        migrations.AddField(
            model_name='approval',
            name='stack_id',
            field=models.CharField(max_length=36, null=True),
        ),
        migrations.AddField(
            model_name='approval',
            name='valid_from',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='job',
            name='approval_groups',
            field=models.JSONField(default=list, help_text='Approvers are in one group of each of these lists.'),
        ),
        migrations.AddField(
            model_name='job',
            name='approval_why',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='job',
            name='reminded',
            field=models.BooleanField(default=False, help_text='Whoever may approve was reminded of this plan.'),
        ),
        migrations.AddField(
            model_name='job',
            name='waiting_since',
            field=models.DateTimeField(help_text='For approval.', null=True),
        ),
        migrations.AlterField(
            model_name='approval',
            name='id',
            field=models.CharField(db_column='_id', max_length=200, primary_key=True, serialize=False),
        ),
        migrations.AddIndex(
            model_name='approval',
            index=models.Index(fields=['stack_id', 'kind'], name='approval_by_stack'),
        ),
        migrations.AddConstraint(
            model_name='approvalrule',
            constraint=models.UniqueConstraint(fields=('environment', 'risk'), name='one_rule_per_risk'),
        ),
        migrations.AddIndex(
            model_name='delegation',
            index=models.Index(fields=['to_id', 'until'], name='delegation_by_delegate'),
        ),
        migrations.AddIndex(
            model_name='delegation',
            index=models.Index(fields=['from_id', 'until'], name='delegation_by_absentee'),
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=chatbot_project.mongo.indexes.TTLIndex(expire_after=7776000, fields=['at'], name='reminder_ttl'),
        ),
    ]
