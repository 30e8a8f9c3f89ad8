from django.db import migrations

from common.indexes import BigramIndex


class Migration(migrations.Migration):
    dependencies = [("proposals", "0001_initial")]

    operations = [
        BigramIndex("proposals_suggestion", "search"),
        BigramIndex("proposals_suggestion", "title_words"),
        BigramIndex("proposals_topic", "search"),
    ]
