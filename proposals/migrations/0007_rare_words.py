from django.db import migrations

from common.indexes import KnowsRareWords


class Migration(migrations.Migration):
    dependencies = [("proposals", "0006_rating_on_paper")]

    operations = [
        KnowsRareWords("proposals_suggestion", "search"),
        KnowsRareWords("proposals_suggestion", "title_words"),
    ]
