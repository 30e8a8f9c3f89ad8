from django.db import migrations

from common.sealing import seal_rows, unseal_rows

MODELS = ("MandateChange", "CorrectionChange")


def seal(apps, schema_editor):
    """Why a step was taken; the history keeps which step it was."""
    for name in MODELS:
        seal_rows(apps.get_model("deputies", name))
    apps.get_model("deputies", "HistoricalMandate").objects.update(history_change_reason=None)


def unseal(apps, schema_editor):
    for name in MODELS:
        unseal_rows(apps.get_model("deputies", name))


class Migration(migrations.Migration):
    dependencies = [("deputies", "0006_sealed_notes")]
    operations = [migrations.RunPython(seal, unseal)]
