import common.fields
import django.core.serializers.json
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from common.first_tables import FirstTables
from common.indexes import OnPostgreSQL

# On PostgreSQL the database itself refuses to change a sealed row of the audit log, or to delete a young one. Who owns the
# table can take the guard away; the role the portal runs under need not own it (docs/security.md).
GUARD = """
CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.at > now() - interval '365 days' THEN
      RAISE EXCEPTION 'rows of the audit log are kept for a year';
    END IF;
    RETURN OLD;
  END IF;
  IF OLD.seq IS NOT NULL OR to_jsonb(NEW) - 'seq' - 'mac' IS DISTINCT FROM to_jsonb(OLD) - 'seq' - 'mac' THEN
    RAISE EXCEPTION 'rows of the audit log are never changed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_entry_guard BEFORE UPDATE OR DELETE ON common_auditentry
  FOR EACH ROW EXECUTE FUNCTION audit_entry_guard();
-- each row is updated once, when it is sealed: the index of those that wait must not fill with what no longer does
ALTER TABLE common_auditentry SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
"""
NO_GUARD = """
DROP TRIGGER audit_entry_guard ON common_auditentry;
DROP FUNCTION audit_entry_guard();
ALTER TABLE common_auditentry RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        FirstTables([
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
            migrations.CreateModel(
                name='Freshness',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('token', models.CharField(max_length=32)),
                ],
            ),
            migrations.CreateModel(
                name='Holiday',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('day', models.DateField(unique=True, verbose_name='day')),
                    ('is_off', models.BooleanField(default=True, help_text='Not ticked: a make-up working day.', verbose_name='day off')),
                    ('name', models.CharField(max_length=40, verbose_name='name')),
                ],
                options={
                    'verbose_name': 'holiday or make-up day',
                    'verbose_name_plural': 'holidays and make-up days',
                    'ordering': ['day'],
                },
            ),
            migrations.CreateModel(
                name='SentForm',
                fields=[
                    ('key', models.UUIDField(primary_key=True, serialize=False)),
                    ('object_pk', models.BigIntegerField(null=True)),
                    ('at', models.DateTimeField(auto_now_add=True, db_index=True)),
                ],
            ),
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
                name='CountedTry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('what', models.CharField(max_length=40)),
                    ('key', models.CharField(max_length=32)),
                    ('at', models.DateTimeField(db_index=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['what', 'key', '-at'], name='counted_try_newest')],
                },
            ),
            migrations.CreateModel(
                name='HistoricalHoliday',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('day', models.DateField(db_index=True, verbose_name='day')),
                    ('is_off', models.BooleanField(default=True, help_text='Not ticked: a make-up working day.', verbose_name='day off')),
                    ('name', models.CharField(max_length=40, verbose_name='name')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical holiday or make-up day',
                    'verbose_name_plural': 'historical holidays and make-up days',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalSetting',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('key', models.CharField(db_index=True, max_length=80, verbose_name='key')),
                    ('value', models.JSONField(verbose_name='value')),
                    ('note', models.TextField(blank=True, verbose_name='reason')),
                    ('changed_at', models.DateTimeField(blank=True, editable=False, verbose_name='changed at')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('changed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical setting',
                    'verbose_name_plural': 'historical settings',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='ImportBatch',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(max_length=40, verbose_name='kind')),
                    ('file_name', models.CharField(max_length=255, verbose_name='file name')),
                    ('file', models.FileField(max_length=255, upload_to='private/imports/', verbose_name='file')),
                    ('sha256', models.CharField(max_length=64)),
                    ('options', models.JSONField(default=dict)),
                    ('counts', models.JSONField(default=dict, verbose_name='counts')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='sent at')),
                    ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed at')),
                    ('undone_at', models.DateTimeField(null=True, verbose_name='taken back at')),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='imported by')),
                    ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by')),
                ],
                options={
                    'verbose_name': 'imported file',
                    'verbose_name_plural': 'imported files',
                    'ordering': ['-at', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='ImportedRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('row', models.PositiveIntegerField(verbose_name='row')),
                    ('model', models.CharField(max_length=80)),
                    ('object_pk', models.BigIntegerField()),
                    ('before', common.fields.EncryptedJSONField(null=True)),
                    ('after', common.fields.EncryptedJSONField()),
                    ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='common.importbatch')),
                ],
                options={
                    'verbose_name': 'imported row',
                    'verbose_name_plural': 'imported rows',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='JobRun',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('job', models.CharField(max_length=60, verbose_name='job')),
                    ('period', models.CharField(max_length=60, verbose_name='due at')),
                    ('outcome', models.CharField(choices=[('running', 'running'), ('done', 'done'), ('failed', 'failed')], default='running', max_length=10, verbose_name='outcome')),
                    ('attempts', models.PositiveIntegerField(default=1, verbose_name='attempts')),
                    ('started_at', models.DateTimeField(verbose_name='started at')),
                    ('alive_at', models.DateTimeField(verbose_name='last heard of at')),
                    ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                    ('counts', models.JSONField(default=dict, verbose_name='counts')),
                    ('error', models.CharField(blank=True, max_length=80, verbose_name='last error')),
                ],
                options={
                    'verbose_name': 'run of a job',
                    'verbose_name_plural': 'runs of jobs',
                    'ordering': ['-started_at', '-pk'],
                    'indexes': [models.Index(fields=['-started_at', '-id'], name='job_run_newest'), models.Index(fields=['job', '-started_at'], name='job_run_newest_of_job')],
                    'constraints': [models.UniqueConstraint(fields=('job', 'period'), name='job_once_a_period')],
                },
            ),
            migrations.CreateModel(
                name='Setting',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=80, unique=True, verbose_name='key')),
                    ('value', models.JSONField(verbose_name='value')),
                    ('note', models.TextField(blank=True, verbose_name='reason')),
                    ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed at')),
                    ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
                ],
                options={
                    'verbose_name': 'setting',
                    'verbose_name_plural': 'settings',
                    'ordering': ['key'],
                },
            ),
            migrations.CreateModel(
                name='StoredFile',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ('kind', models.CharField(choices=[('picture', 'picture'), ('attachment', 'attachment')], max_length=10, verbose_name='kind')),
                    ('name', models.CharField(max_length=200, verbose_name='file name')),
                    ('content_type', models.CharField(max_length=100)),
                    ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                    ('sha256', models.CharField(max_length=64)),
                    ('width', models.PositiveIntegerField(null=True)),
                    ('height', models.PositiveIntegerField(null=True)),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='stored at')),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by')),
                ],
                options={
                    'verbose_name': 'stored file',
                    'verbose_name_plural': 'stored files',
                    'ordering': ['-pk'],
                },
            ),
            migrations.CreateModel(
                name='PolicyText',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('privacy', 'notice about personal data'), ('photo', 'consent to a public photo'), ('introduction', 'consent to a public introduction')], max_length=20, verbose_name='kind')),
                    ('version', models.PositiveIntegerField(verbose_name='version')),
                    ('text', models.TextField(verbose_name='text')),
                    ('text_en', models.TextField(blank=True, verbose_name='text in English')),
                    ('valid_from', models.DateField(verbose_name='holds from')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='written at')),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                ],
                options={
                    'verbose_name': 'text about personal data',
                    'verbose_name_plural': 'texts about personal data',
                    'ordering': ['kind', '-version'],
                    'constraints': [models.UniqueConstraint(fields=('kind', 'version'), name='policy_version_once')],
                },
            ),
        ]),
        OnPostgreSQL(GUARD, NO_GUARD),
    ]
