from django.db import migrations

from common.indexes import BigramIndex


class Migration(migrations.Migration):
    dependencies = [("deputies", "0001_initial")]

    operations = [BigramIndex("deputies_deputy", "search")]
