"""A word that is nowhere is looked up in its index, whatever the order of the list."""

from django.db import migrations

from common.indexes import KnowsRareWords


class Migration(migrations.Migration):
    dependencies = [("liaison_stations", "0002_stories_in_order")]

    operations = [
        KnowsRareWords("liaison_stations_opinion", "search"),
        KnowsRareWords("liaison_stations_station", "search"),
    ]
