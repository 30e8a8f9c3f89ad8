from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("notices", "0003_fill_delivery_keys")]
    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="key",
            field=models.CharField(max_length=160, unique=True, verbose_name="key"),
        ),
    ]
