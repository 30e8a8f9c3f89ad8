from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("accounts", "0001_initial"), ("common", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='SignIn',
            fields=[
            ],
            options={
                'verbose_name': 'sign-in',
                'verbose_name_plural': 'sign-in log',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('common.auditentry',),
        ),
    ]
