"""What is known of an exported file: how many rows, and the digest that recognises it.

The canonical form of an entry grows by both at its end, and only where an entry has them: what was chained before
keeps its hash, and a form with them is longer than any without.
"""

from django.db import migrations, models

DIGEST = """
CREATE OR REPLACE FUNCTION public.audit_digest(
    previous bytea, place bigint, moment timestamptz, entry public.audit_entry
) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
RETURN sha256(previous || convert_to((jsonb_build_array(
    1, place, extract(epoch FROM moment),
    entry.id, extract(epoch FROM entry.at), entry.actor_id, entry.role, entry.organisation_id,
    entry.action, entry.object_type, entry.object_id, entry.fields, entry.result, entry.reason,
    entry.ip, entry.session_hash, entry.request_id
) || CASE WHEN entry.rows IS NULL AND entry.sha256 = '' THEN '[]' ELSE jsonb_build_array(entry.rows, entry.sha256) END
)::text, 'UTF8'));
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_chain")]
    operations = [
        migrations.AddField("entry", "rows", models.PositiveIntegerField(null=True, verbose_name="导出行数")),
        migrations.AddField(
            "entry", "sha256", models.CharField(db_default="", default="", max_length=64, verbose_name="文件摘要")
        ),
        migrations.RunSQL(DIGEST),
    ]
