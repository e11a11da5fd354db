"""The application's database role may add entries and read them; it may never change the log."""

from django.conf import settings

TABLES = ("audit_entry", "audit_link", "audit_head", "audit_turn")
GRANTS = "GRANT SELECT, INSERT ON audit_entry TO {role}; GRANT SELECT ON audit_link, audit_head TO {role}"
ENTRY_SEQUENCE = "SELECT pg_get_serial_sequence('audit_entry', 'id')"


def restrict(connection) -> bool:
    """Take back what default privileges gave; call it on the owner's connection, also after a restore.

    False, and nothing done, where the role is missing or is the tables' owner itself (one role for all).
    """
    role = settings.DATABASE_APP_ROLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [role])
        if cursor.fetchone() is None:
            return False
        cursor.execute(ENTRY_SEQUENCE)
        (sequence,) = cursor.fetchone()
        quoted = connection.ops.quote_name(role)
        cursor.execute(f"REVOKE ALL ON {', '.join(TABLES)} FROM {quoted}")
        cursor.execute(f"REVOKE ALL ON SEQUENCE {sequence} FROM {quoted}")
        cursor.execute(GRANTS.format(role=quoted))
        cursor.execute(f"GRANT USAGE ON SEQUENCE {sequence} TO {quoted}")
    return True


def may_change_log(connection) -> bool:
    """Whether the role of this connection could rewrite the log: so where it owns the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('audit_entry', 'UPDATE, DELETE, TRUNCATE')")
        return cursor.fetchone()[0]
