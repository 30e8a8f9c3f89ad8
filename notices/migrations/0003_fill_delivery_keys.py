from django.db import migrations
from django.db.models import F, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat


def fill(apps, schema_editor):
    """Until now there were letters alone, one for each notice."""
    deliveries = apps.get_model("notices", "Delivery").objects.filter(key=None)
    deliveries.update(key=Concat(F("channel"), Value("."), Cast("notice_id", CharField())))


class Migration(migrations.Migration):

    dependencies = [("notices", "0002_channels_and_choices")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
