from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_sign_ins_in_audit_log'),
    ]

    operations = [
        migrations.AlterField(
            model_name='historicalmembership',
            name='role',
            field=models.CharField(choices=[('office', "city deputies' office"), ('committee', 'committee officer'), ('county_office', 'district or county office'), ('township_office', 'street or township office'), ('government_office', 'government office (assigns)'), ('unit_officer', 'handling unit officer'), ('unit_signer', 'handling unit signer'), ('leader', 'standing committee leader'), ('system_admin', 'system administrator'), ('security_admin', 'security administrator'), ('auditor', 'audit administrator')], max_length=20, verbose_name='role'),
        ),
        migrations.AlterField(
            model_name='membership',
            name='role',
            field=models.CharField(choices=[('office', "city deputies' office"), ('committee', 'committee officer'), ('county_office', 'district or county office'), ('township_office', 'street or township office'), ('government_office', 'government office (assigns)'), ('unit_officer', 'handling unit officer'), ('unit_signer', 'handling unit signer'), ('leader', 'standing committee leader'), ('system_admin', 'system administrator'), ('security_admin', 'security administrator'), ('auditor', 'audit administrator')], max_length=20, verbose_name='role'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('role__in', ['system_admin', 'security_admin', 'auditor'])), fields=('user',), name='membership_one_administrator', violation_error_message="Nobody holds two of the three administrators' roles (system, security, audit). Take the other one away first."),
        ),
    ]
