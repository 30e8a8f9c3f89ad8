from django.core.files.storage import default_storage
from django.db import migrations

from common import sealing


def files(apps):
    """What was sent: sheets, and attachments, which may be anybody's papers. Pictures are for showing."""
    sheets = apps.get_model("common", "ImportBatch").objects.values_list("file", flat=True)
    attachments = apps.get_model("common", "StoredFile").objects.filter(kind="attachment")
    names = [*sheets, *(f"private/{key[:2]}/{key}/original" for key in (str(stored.key) for stored in attachments))]
    return [name for name in names if name and default_storage.exists(name)]


def seal(apps, schema_editor):
    sealing.seal_rows(apps.get_model("common", "ImportedRow"))
    for name in files(apps):
        sealing.seal_file(name)


def unseal(apps, schema_editor):
    sealing.unseal_rows(apps.get_model("common", "ImportedRow"))
    for name in files(apps):
        sealing.unseal_file(name)


class Migration(migrations.Migration):
    dependencies = [("common", "0003_sealed_import_rows")]
    operations = [migrations.RunPython(seal, unseal)]
