import django.core.serializers.json
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('common', '0004_seal_import_rows'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField(editable=False, null=True, unique=True, verbose_name='number')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('zone', models.CharField(max_length=40, verbose_name='time zone')),
                ('actor', models.BigIntegerField(null=True, verbose_name='by')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='address')),
                ('kind', models.CharField(max_length=40, verbose_name='what happened')),
                ('result', models.CharField(choices=[('ok', 'done'), ('failed', 'failed'), ('refused', 'refused')], default='ok', max_length=8, verbose_name='result')),
                ('model', models.CharField(blank=True, max_length=80, verbose_name='kind of record')),
                ('object_pk', models.BigIntegerField(null=True, verbose_name='number of the record')),
                ('label', models.CharField(blank=True, max_length=200, verbose_name='record')),
                ('detail', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='details')),
                ('mac', models.CharField(blank=True, editable=False, max_length=64, verbose_name='seal')),
            ],
            options={
                'verbose_name': 'audit entry',
                'verbose_name_plural': 'audit log',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['-at', '-id'], name='audit_newest'), models.Index(fields=['kind', '-at', '-id'], name='audit_newest_of_kind'), models.Index(fields=['actor', '-at', '-id'], name='audit_newest_of_actor'), models.Index(condition=models.Q(('seq__isnull', True)), fields=['id'], name='audit_waiting')],
            },
        ),
        migrations.CreateModel(
            name='AuditHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('count', models.BigIntegerField(default=0)),
                ('last_mac', models.CharField(blank=True, max_length=64)),
                ('purged', models.BigIntegerField(default=0)),
                ('purged_mac', models.CharField(blank=True, max_length=64)),
                ('mac', models.CharField(blank=True, max_length=64)),
                ('copied', models.BigIntegerField(default=0)),
                ('verified_at', models.DateTimeField(null=True)),
                ('broken', models.JSONField(default=list)),
            ],
            options={
                'verbose_name': 'end of the audit log',
                'verbose_name_plural': 'ends of the audit log',
            },
        ),
    ]
