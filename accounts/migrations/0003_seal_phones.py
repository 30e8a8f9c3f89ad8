
from django.db import migrations

from common.sealing import seal_rows, unseal_rows

MOBILE = r"^1[3-9]\d{9}$"


def seal(apps, schema_editor):
    """A mobile number that serves as a user name becomes the phone it is, as that is sealed."""
    User, HistoricalUser = apps.get_model("accounts", "User"), apps.get_model("accounts", "HistoricalUser")
    for model in (User, HistoricalUser):
        seal_rows(model)
    for user in User.objects.filter(username__regex=MOBILE):
        if not user.phone and not User.objects.filter(phone=user.username).exists():
            user.phone = user.username
        user.username = f"user{user.pk}"
        user.save()
    for version in HistoricalUser.objects.filter(username__regex=MOBILE):
        version.username = f"user{version.id}"
        version.save()


def unseal(apps, schema_editor):
    for name in ("User", "HistoricalUser"):
        unseal_rows(apps.get_model("accounts", name))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_sealed_phone")]
    operations = [migrations.RunPython(seal, unseal)]
