"""The chain itself: functions, triggers and rights.

Why two steps at commit. The link needs a lock that all writers share, and it must be the very last thing that a
transaction waits for: PostgreSQL checks our deferred foreign keys at commit too, and such a check may wait for a row
that another transaction has locked, which in turn would wait for our lock. So the deferred trigger of `audit_entry`
only queues: its row in `audit_turn` carries a deferred trigger of its own, which the database fires after everything
that was queued before the commit. Sequence and time are given under the lock, so their order is the order of commits.

`audit_turn` is empty whenever nobody is committing. The functions that write run as the tables' owner with a fixed
search path; nobody else may call them, or a temporary table with the same trigger could forge links.
"""

from django.db import migrations

from yiqiao_portal.audit import grants

DIGEST = """
-- The canonical form is a JSON array: quoting makes it unambiguous, and times are seconds since 1970, because text
-- would follow the session's time zone. The leading 1 is the version of the form.
CREATE FUNCTION public.audit_digest(
    previous bytea, place bigint, moment timestamptz, entry public.audit_entry
) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
RETURN sha256(previous || convert_to(jsonb_build_array(
    1, place, extract(epoch FROM moment),
    entry.id, extract(epoch FROM entry.at), entry.actor_id, entry.role, entry.organisation_id,
    entry.action, entry.object_type, entry.object_id, entry.fields, entry.result, entry.reason,
    entry.ip, entry.session_hash, entry.request_id
)::text, 'UTF8'));
"""

CLOCK = """
ALTER TABLE audit_entry ALTER COLUMN id SET GENERATED ALWAYS;

CREATE FUNCTION public.audit_entry_clock() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE TRIGGER audit_entry_clock BEFORE INSERT ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION public.audit_entry_clock();
"""

CHAIN = """
INSERT INTO audit_head (id, sequence, hash, count) VALUES (1, 0, decode(repeat('00', 32), 'hex'), 0);

CREATE UNLOGGED TABLE audit_turn (entry_id bigint PRIMARY KEY);

CREATE FUNCTION public.audit_entry_queue() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.audit_turn (entry_id) VALUES (NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION public.audit_turn_link() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    entry public.audit_entry;
    tail public.audit_head;
    place bigint;
    moment timestamptz;
    digest bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(34183135577270644); -- 'yqaudit' read as a number
    SELECT * INTO STRICT entry FROM public.audit_entry WHERE id = NEW.entry_id;
    SELECT * INTO tail FROM public.audit_head WHERE id = 1;
    tail.hash := coalesce(tail.hash, decode(repeat('00', 32), 'hex'));
    place := coalesce(tail.sequence, 0) + 1;
    moment := clock_timestamp();
    digest := public.audit_digest(tail.hash, place, moment, entry);
    INSERT INTO public.audit_link (sequence, entry_id, prev_hash, hash, linked_at)
        VALUES (place, entry.id, tail.hash, digest, moment);
    INSERT INTO public.audit_head AS head (id, sequence, hash, count) VALUES (1, place, digest, 1)
        ON CONFLICT (id) DO UPDATE SET sequence = place, hash = digest, count = head.count + 1;
    DELETE FROM public.audit_turn WHERE entry_id = entry.id;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER audit_entry_queue AFTER INSERT ON audit_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_entry_queue();
CREATE CONSTRAINT TRIGGER audit_turn_link AFTER INSERT ON audit_turn
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_turn_link();
REVOKE EXECUTE ON FUNCTION public.audit_entry_queue(), public.audit_turn_link() FROM PUBLIC;
"""

GUARDS = """
CREATE FUNCTION public.audit_refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the audit log is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION public.audit_refuse();
CREATE TRIGGER audit_link_no_change BEFORE UPDATE OR DELETE ON audit_link
    FOR EACH ROW EXECUTE FUNCTION public.audit_refuse();
CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION public.audit_refuse();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();
CREATE TRIGGER audit_link_no_truncate BEFORE TRUNCATE ON audit_link
    FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();
CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();
"""


def restrict(_apps, schema_editor):
    """Rights of the application's role (settings.DATABASE_APP_ROLE), where it exists."""
    grants.restrict(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(DIGEST),
        migrations.RunSQL(CLOCK),
        migrations.RunSQL(CHAIN),
        migrations.RunSQL(GUARDS),
        migrations.RunPython(restrict, migrations.RunPython.noop),
    ]
