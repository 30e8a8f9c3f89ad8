import common.fields
import django.core.validators
import django.utils.timezone
import simple_history.models
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

from common.first_tables import FirstTables


class Migration(migrations.Migration):

    initial = True

    dependencies = [("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('username', models.CharField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[\\w.@+-]+$'), django.core.validators.RegexValidator('^1[3-9]\\d{9}$', 'This is a mobile number. It has a field of its own, and signs in as well.', inverse_match=True)], verbose_name='user name')),
                    ('phone', common.fields.EncryptedField(blank=True, max_length=11, null=True, validators=[django.core.validators.RegexValidator('^1[3-9]\\d{9}$', 'Enter a mobile number of 11 digits, for example 13800001234.')], verbose_name='mobile phone')),
                    ('phone_index', common.fields.BlindIndexField(editable=False, max_length=32, null=True, source='phone', unique=True)),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                    ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                    ('is_staff', models.BooleanField(default=False, verbose_name='works in the staff area')),
                    ('is_active', models.BooleanField(default=True, help_text='Take the tick away instead of deleting somebody.', verbose_name='may sign in')),
                    ('must_change_password', models.BooleanField(default=False, verbose_name='must choose a new password')),
                    ('password_changed_at', models.DateTimeField(editable=False, null=True, verbose_name='password chosen at')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
                ],
                options={
                    'verbose_name': 'account',
                    'verbose_name_plural': 'accounts',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Area',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=12, unique=True, validators=[django.core.validators.RegexValidator('^\\d{4}(\\d{2}(\\d{3}(\\d{3})?)?)?$', 'A code has 4, 6, 9 or 12 digits.')], verbose_name='code')),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                    ('kind', models.CharField(choices=[('city', 'city'), ('district', 'district'), ('county', 'county'), ('street', 'subdistrict (street)'), ('town', 'town'), ('township', 'township'), ('other', 'other area')], max_length=10, verbose_name='kind')),
                ],
                options={
                    'verbose_name': 'area',
                    'verbose_name_plural': 'areas',
                    'ordering': ['code'],
                },
            ),
            migrations.CreateModel(
                name='HistoricalArea',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('code', models.CharField(db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{4}(\\d{2}(\\d{3}(\\d{3})?)?)?$', 'A code has 4, 6, 9 or 12 digits.')], verbose_name='code')),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                    ('kind', models.CharField(choices=[('city', 'city'), ('district', 'district'), ('county', 'county'), ('street', 'subdistrict (street)'), ('town', 'town'), ('township', 'township'), ('other', 'other area')], max_length=10, verbose_name='kind')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ],
                options={
                    'verbose_name': 'historical area',
                    'verbose_name_plural': 'historical areas',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalMembership',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('role', models.CharField(choices=[('office', "city deputies' office"), ('committee', 'committee officer'), ('county_office', 'district or county office'), ('township_office', 'street or township office'), ('government_office', 'government office (assigns)'), ('unit_officer', 'handling unit officer'), ('unit_signer', 'handling unit signer'), ('leader', 'standing committee leader'), ('system_admin', 'system administrator'), ('security_admin', 'security administrator'), ('auditor', 'audit administrator')], max_length=20, verbose_name='role')),
                    ('since', models.DateField(blank=True, null=True, verbose_name='from')),
                    ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ],
                options={
                    'verbose_name': 'historical role of a person',
                    'verbose_name_plural': 'historical roles of people',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalUnit',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('name', models.CharField(db_index=True, max_length=100, verbose_name='full name')),
                    ('short_name', models.CharField(blank=True, db_index=True, max_length=40, verbose_name='short name')),
                    ('kind', models.CharField(choices=[('office', "deputies' office"), ('committee', 'special or working committee'), ('government', 'government office'), ('department', 'department'), ('local', 'county, street or township'), ('court', 'court or procuratorate'), ('party', 'party body'), ('company', 'company or institution')], max_length=12, verbose_name='kind')),
                    ('founded_on', models.DateField(blank=True, null=True, verbose_name='founded on')),
                    ('dissolved_on', models.DateField(blank=True, null=True, verbose_name='dissolved on')),
                    ('display_order', models.PositiveIntegerField(default=1000, verbose_name='order')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ],
                options={
                    'verbose_name': 'historical unit',
                    'verbose_name_plural': 'historical units',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalUser',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('username', models.CharField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('^[\\w.@+-]+$'), django.core.validators.RegexValidator('^1[3-9]\\d{9}$', 'This is a mobile number. It has a field of its own, and signs in as well.', inverse_match=True)], verbose_name='user name')),
                    ('phone', common.fields.EncryptedField(blank=True, max_length=11, null=True, validators=[django.core.validators.RegexValidator('^1[3-9]\\d{9}$', 'Enter a mobile number of 11 digits, for example 13800001234.')], verbose_name='mobile phone')),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                    ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                    ('is_staff', models.BooleanField(default=False, verbose_name='works in the staff area')),
                    ('is_active', models.BooleanField(default=True, help_text='Take the tick away instead of deleting somebody.', verbose_name='may sign in')),
                    ('must_change_password', models.BooleanField(default=False, verbose_name='must choose a new password')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ],
                options={
                    'verbose_name': 'historical account',
                    'verbose_name_plural': 'historical accounts',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='Membership',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('role', models.CharField(choices=[('office', "city deputies' office"), ('committee', 'committee officer'), ('county_office', 'district or county office'), ('township_office', 'street or township office'), ('government_office', 'government office (assigns)'), ('unit_officer', 'handling unit officer'), ('unit_signer', 'handling unit signer'), ('leader', 'standing committee leader'), ('system_admin', 'system administrator'), ('security_admin', 'security administrator'), ('auditor', 'audit administrator')], max_length=20, verbose_name='role')),
                    ('since', models.DateField(blank=True, null=True, verbose_name='from')),
                    ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ],
                options={
                    'verbose_name': 'role of a person',
                    'verbose_name_plural': 'roles of people',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Unit',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=100, unique=True, verbose_name='full name')),
                    ('short_name', models.CharField(blank=True, db_index=True, max_length=40, verbose_name='short name')),
                    ('kind', models.CharField(choices=[('office', "deputies' office"), ('committee', 'special or working committee'), ('government', 'government office'), ('department', 'department'), ('local', 'county, street or township'), ('court', 'court or procuratorate'), ('party', 'party body'), ('company', 'company or institution')], max_length=12, verbose_name='kind')),
                    ('founded_on', models.DateField(blank=True, null=True, verbose_name='founded on')),
                    ('dissolved_on', models.DateField(blank=True, null=True, verbose_name='dissolved on')),
                    ('display_order', models.PositiveIntegerField(default=1000, verbose_name='order')),
                ],
                options={
                    'verbose_name': 'unit',
                    'verbose_name_plural': 'units',
                    'ordering': ['display_order', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='UnitAlias',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(db_index=True, max_length=100, verbose_name='name')),
                    ('since', models.DateField(blank=True, null=True, verbose_name='from')),
                    ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ],
                options={
                    'verbose_name': 'other name',
                    'verbose_name_plural': 'other names',
                    'ordering': ['name'],
                },
            ),
            migrations.AddField(
                model_name='user',
                name='groups',
                field=models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups'),
            ),
            migrations.AddField(
                model_name='user',
                name='user_permissions',
                field=models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions'),
            ),
            migrations.AddField(
                model_name='historicalarea',
                name='history_user',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AddField(
                model_name='historicalmembership',
                name='area',
                field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.area', verbose_name='area'),
            ),
            migrations.AddField(
                model_name='historicalmembership',
                name='history_user',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AddField(
                model_name='historicalmembership',
                name='user',
                field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person'),
            ),
            migrations.AddField(
                model_name='historicalunit',
                name='area',
                field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.area', verbose_name='area'),
            ),
            migrations.AddField(
                model_name='historicalunit',
                name='history_user',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AddField(
                model_name='historicaluser',
                name='history_user',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AddField(
                model_name='membership',
                name='area',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.area', verbose_name='area'),
            ),
            migrations.AddField(
                model_name='membership',
                name='user',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='person'),
            ),
            migrations.AddField(
                model_name='unit',
                name='area',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='units', to='accounts.area', verbose_name='area'),
            ),
            migrations.AddField(
                model_name='unit',
                name='superior',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='subordinates', to='accounts.unit', verbose_name='superior unit'),
            ),
            migrations.AddField(
                model_name='membership',
                name='unit',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.unit', verbose_name='unit'),
            ),
            migrations.AddField(
                model_name='historicalunit',
                name='superior',
                field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.unit', verbose_name='superior unit'),
            ),
            migrations.AddField(
                model_name='historicalmembership',
                name='unit',
                field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.unit', verbose_name='unit'),
            ),
            migrations.AddField(
                model_name='unitalias',
                name='unit',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='accounts.unit', verbose_name='unit'),
            ),
            migrations.AddConstraint(
                model_name='unit',
                constraint=models.CheckConstraint(condition=models.Q(('dissolved_on__isnull', True), ('founded_on__isnull', True), ('dissolved_on__gte', models.F('founded_on')), _connector='OR'), name='unit_dissolved_after_founded', violation_error_message='A unit cannot be dissolved before it was founded.'),
            ),
            migrations.AddConstraint(
                model_name='membership',
                constraint=models.UniqueConstraint(models.F('user'), models.F('role'), django.db.models.functions.comparison.Coalesce('unit', 0), django.db.models.functions.comparison.Coalesce('area', 0), name='membership_once'),
            ),
            migrations.AddConstraint(
                model_name='membership',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['county_office', 'township_office']), _negated=True), ('area__isnull', False), _connector='OR'), name='membership_area_role_has_area', violation_error_message='This role needs an area.'),
            ),
            migrations.AddConstraint(
                model_name='membership',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['committee', 'unit_officer', 'unit_signer']), _negated=True), ('unit__isnull', False), _connector='OR'), name='membership_unit_role_has_unit', violation_error_message='This role needs a unit.'),
            ),
            migrations.AddConstraint(
                model_name='membership',
                constraint=models.UniqueConstraint(condition=models.Q(('role__in', ['system_admin', 'security_admin', 'auditor'])), fields=('user',), name='membership_one_administrator', violation_error_message="Nobody holds two of the three administrators' roles (system, security, audit). Take the other one away first."),
            ),
            migrations.AddConstraint(
                model_name='unitalias',
                constraint=models.CheckConstraint(condition=models.Q(('since__isnull', True), ('until__isnull', True), ('until__gt', models.F('since')), _connector='OR'), name='unit_alias_until_after_since', violation_error_message='The name ends before it begins.'),
            ),
        ]),
    ]
