from django.db import migrations

from common.sealing import seal_rows, unseal_rows

MODELS = ("Deputy", "HistoricalDeputy", "Correction")


def seal(apps, schema_editor):
    for name in MODELS:
        seal_rows(apps.get_model("deputies", name))


def unseal(apps, schema_editor):
    for name in MODELS:
        unseal_rows(apps.get_model("deputies", name))


class Migration(migrations.Migration):
    dependencies = [("deputies", "0003_sealed_contact")]
    operations = [migrations.RunPython(seal, unseal)]
