-- A role for the running portal that reads and adds rows of the audit log and can neither change nor remove any
-- (PostgreSQL). Run it as the owner of the database, after each `manage.py migrate`, which only the owner can do:
--   psql portal -f deploy/audit-role.sql
--   psql portal -c "ALTER ROLE portal_web PASSWORD '…'"
-- DATABASE_URL of the services then names portal_web. What is old enough to go is removed by the owner, from cron:
--   manage.py audit_purge

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN
    CREATE ROLE portal_web LOGIN;
  END IF;
END $$;

GRANT USAGE ON SCHEMA public TO portal_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO portal_web;
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO portal_web;

REVOKE UPDATE, DELETE ON common_auditentry, common_audithead FROM portal_web;
GRANT UPDATE (seq, mac) ON common_auditentry TO portal_web; -- a row that waits is sealed once; a trigger refuses more
GRANT UPDATE ON common_audithead TO portal_web;
