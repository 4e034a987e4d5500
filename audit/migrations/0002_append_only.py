"""Neither event nor seal can be changed or removed, not even by the owner without saying so.

ALWAYS: also while the session claims to replay a replica's log. Only a test database, known by
its name, may be emptied between tests.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND starts_with(current_database(), 'test_') THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% on %: the audit log is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""
TABLE = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;
"""
DROP = "DROP TRIGGER append_only ON {table};"
TABLES = ("audit_event", "audit_seal")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION audit_append_only();"),
        *(
            migrations.RunSQL(TABLE.format(table=table), DROP.format(table=table))
            for table in TABLES
        ),
    ]
