from django.db import migrations

from common.sealing import seal_rows, unseal_rows


def seal(apps, schema_editor):
    seal_rows(apps.get_model("notices", "Webhook"))


def unseal(apps, schema_editor):
    unseal_rows(apps.get_model("notices", "Webhook"))


class Migration(migrations.Migration):
    dependencies = [("notices", "0005_sealed_webhooks")]
    operations = [migrations.RunPython(seal, unseal)]
