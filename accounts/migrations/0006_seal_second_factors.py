from django.db import migrations

from accounts import second_factors


def seal(apps, schema_editor):
    second_factors.seal_rows(apps.get_model("mfa", "Authenticator"))


def unseal(apps, schema_editor):
    second_factors.unseal_rows(apps.get_model("mfa", "Authenticator"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_three_administrators"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunPython(seal, unseal)]
