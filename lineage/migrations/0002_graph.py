"""Nodes under the edges. Edges keep their rows as they are: a version's node has the version's own id, so no row is rewritten
and the trigger that refuses changes stays on throughout."""

import django.db.models.deletion
import governance.trail.ids
from django.db import migrations, models

# Constraints are deferred; checked now, so that the tables may be altered in the same transaction.
NODES = """
INSERT INTO lineage_node (id, organisation_id, kind, namespace, name, version_id, named_at)
SELECT v.id, v.organisation_id, a.kind, '', '', v.id, v.created_at
FROM governance_assetversion v JOIN governance_asset a ON a.id = v.asset_id
WHERE v.id IN (SELECT source_id FROM lineage_edge UNION SELECT target_id FROM lineage_edge);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0003_approvals'),
        ('lineage', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.UUIDField(default=governance.trail.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('version', models.BigIntegerField(default=0)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation',), name='lineage_clock_once')],
            },
        ),
        migrations.CreateModel(
            name='Node',
            fields=[
                ('id', models.UUIDField(default=governance.trail.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('namespace', models.CharField(blank=True, default='', max_length=500)),
                ('name', models.CharField(blank=True, default='', max_length=2000)),
                ('named_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.organisation')),
                ('version', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.assetversion')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'kind', '-id'], name='lineage_node_of_kind')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('version', None), models.Q(('namespace', ''), _negated=True), models.Q(('name', ''), _negated=True)), models.Q(('name', ''), ('namespace', ''), ('version', models.F('id'))), _connector='OR'), name='lineage_node_version_or_name')],
            },
        ),
        migrations.RunSQL(NODES, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='edge',
            name='source',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lineage.node'),
        ),
        migrations.AlterField(
            model_name='edge',
            name='target',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lineage.node'),
        ),
        migrations.AddField(
            model_name='edge',
            name='columns',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='edge',
            name='stated_in',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='edge',
            name='ended_in',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='edge',
            index=models.Index(fields=['source', 'target', 'kind'], name='lineage_edge_joins'),
        ),
        migrations.AddIndex(
            model_name='edge',
            index=models.Index(fields=['organisation', 'stated_in'], name='lineage_edge_stated_in'),
        ),
        migrations.AddIndex(
            model_name='edge',
            index=models.Index(condition=models.Q(('ended_in__isnull', False)), fields=['organisation', 'ended_in'], name='lineage_edge_ended_in'),
        ),
    ]
