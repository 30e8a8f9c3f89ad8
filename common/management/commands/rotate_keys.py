"""A new key: what the former one sealed is sealed anew, in the database and in files."""

from django.apps import apps
from django.core.management import BaseCommand
from django.utils.translation import gettext as _

from common import sealing, uploads
from common.models import ImportBatch, StoredFile


class Command(BaseCommand):
    help = (
        "Seal anew with the first of FIELD_KEYS what another sealed. Put a new key in front, restart, run this, then take "
        "the old key away. Safe while the portal is used, and to run again."
    )

    def handle(self, **options):
        values = sum(sealing.seal_rows(model) for model in apps.get_models(include_auto_created=True))
        values += sum(seal() for seal in sealing.ELSEWHERE)
        sheets = ImportBatch.objects.exclude(file="").values_list("file", flat=True)
        papers = map(uploads.sealed_path, StoredFile.objects.filter(kind=StoredFile.Kind.ATTACHMENT))
        files = sum(sealing.seal_file(name) for name in [*sheets, *papers])
        self.stdout.write(
            _("%(values)s values and %(files)s files sealed with the new key.")
            % {"values": values, "files": files}
        )
