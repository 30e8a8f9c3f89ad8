"""On PostgreSQL the database itself refuses to change a sealed row of the audit log, or to delete a young one.

Who owns the table can take the guard away; the role the portal runs under need not own it (docs/security.md).
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.at > now() - interval '365 days' THEN
      RAISE EXCEPTION 'rows of the audit log are kept for a year';
    END IF;
    RETURN OLD;
  END IF;
  IF OLD.seq IS NOT NULL OR to_jsonb(NEW) - 'seq' - 'mac' IS DISTINCT FROM to_jsonb(OLD) - 'seq' - 'mac' THEN
    RAISE EXCEPTION 'rows of the audit log are never changed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_entry_guard BEFORE UPDATE OR DELETE ON common_auditentry
  FOR EACH ROW EXECUTE FUNCTION audit_entry_guard();
-- each row is updated once, when it is sealed: the index of those that wait must not fill with what no longer does
ALTER TABLE common_auditentry SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
"""
NO_GUARD = """
DROP TRIGGER audit_entry_guard ON common_auditentry;
DROP FUNCTION audit_entry_guard();
ALTER TABLE common_auditentry RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
"""


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql, params=None)

    return run


class Migration(migrations.Migration):
    dependencies = [("common", "0005_audit_log")]
    operations = [migrations.RunPython(on_postgresql(GUARD), on_postgresql(NO_GUARD))]
