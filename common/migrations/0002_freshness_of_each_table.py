from django.db import migrations, models


class Migration(migrations.Migration):
    """One token for each table instead of one for all; what it held says nothing to a process that begins."""

    dependencies = [("common", "0001_initial")]

    operations = [
        migrations.DeleteModel(name="Freshness"),
        migrations.CreateModel(
            name="Freshness",
            fields=[
                ("changed_table", models.CharField(max_length=63, primary_key=True, serialize=False)),
                ("token", models.CharField(max_length=32)),
            ],
        ),
    ]
