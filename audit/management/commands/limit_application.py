"""The web and worker processes sign in with a role that adds to the audit log and cannot touch it."""

import os

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg import sql

PASSWORD = "QF_APPLICATION_PASSWORD"
GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    # Large imports tell the planner what has changed (ANALYZE).
    "GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    # What was recorded stays; the tables' own triggers refuse it too, also to their owner.
    "REVOKE UPDATE, DELETE ON audit_event, audit_seal FROM {role}",
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
)


class Command(BaseCommand):
    """Run by the owner of the tables after every migration: new tables are granted then."""

    help = f"Make or renew the application's database role; its password stands in {PASSWORD}."

    def add_arguments(self, parser):
        parser.add_argument("role")

    @transaction.atomic
    def handle(self, *, role, **options):
        password = os.environ.get(PASSWORD)
        if not password:
            raise CommandError(f"{PASSWORD} is not set")
        named = {"role": sql.Identifier(role), "password": sql.Literal(password)}
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            verb = "ALTER" if cursor.fetchone() else "CREATE"
            cursor.execute(
                sql.SQL(verb + " ROLE {role} LOGIN PASSWORD {password} NOSUPERUSER NOCREATEDB "
                        "NOCREATEROLE NOBYPASSRLS").format(**named)
            )  # fmt: skip
            for grant in GRANTS:
                cursor.execute(sql.SQL(grant).format(**named))
