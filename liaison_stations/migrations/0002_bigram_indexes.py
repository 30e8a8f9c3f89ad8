from django.db import migrations

from common.indexes import BigramIndex


class Migration(migrations.Migration):
    dependencies = [("liaison_stations", "0001_initial")]
    operations = [
        BigramIndex("liaison_stations_station", "search"),
        BigramIndex("liaison_stations_opinion", "search"),
    ]
