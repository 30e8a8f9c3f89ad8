"""One log instead of two: the lines of the sign-in log become rows of the audit log."""

from django.db import migrations

KINDS = {"ok": ("done", "ok"), "failed": ("failed", "failed"), "locked": ("locked", "refused"), "out": ("ended", "ok")}


def copy(apps, schema_editor):
    AuditEntry = apps.get_model("common", "AuditEntry")
    lines = apps.get_model("accounts", "SignIn").objects.order_by("pk")
    rows = (_row(AuditEntry, line) for line in lines.iterator(chunk_size=2000))
    AuditEntry.objects.bulk_create(rows, batch_size=2000)


def _row(AuditEntry, line):
    name, result = KINDS[line.result]
    return AuditEntry(
        at=line.at,
        zone="Asia/Shanghai",
        actor=line.user_id if result == "ok" else None,
        address=line.address,
        kind=f"sign_in.{name}",
        result=result,
        model="accounts.user" if line.user_id else "",
        object_pk=line.user_id,
        detail={"device": line.device},
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_seal_phones"),
        ("common", "0006_audit_guard"),
    ]
    operations = [
        migrations.RunPython(copy, migrations.RunPython.noop),
        migrations.DeleteModel(name="SignIn"),
        migrations.CreateModel(
            name="SignIn",
            fields=[],
            options={
                "verbose_name": "sign-in",
                "verbose_name_plural": "sign-in log",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("common.auditentry",),
        ),
    ]
