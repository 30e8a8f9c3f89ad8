"""A word that is nowhere is looked up in its index, whatever the order of the list."""

from django.db import migrations

from common.indexes import KnowsRareWords


class Migration(migrations.Migration):
    dependencies = [("proposals", "0001_initial")]

    operations = [
        KnowsRareWords("proposals_topic", "search"),
    ]
