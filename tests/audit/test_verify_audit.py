"""manage.py verify_audit, as a night job calls it."""

from io import StringIO

import pytest
from django.core.management import call_command

from tests.audit.sql import as_application, rows, run
from yiqiao_portal.audit.verification import GENESIS

pytestmark = pytest.mark.django_db
REMINDER = "提醒：本次所用的数据库账号可以改写日志表；应用应使用只能追加的账号。\n"


def verify_audit(*args):
    """Exit code, standard output and standard error."""
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("verify_audit", *args, stdout=out, stderr=err)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue(), err.getvalue()


def test_a_whole_log_prints_its_head(chain):
    [(last,)] = rows("SELECT encode(hash, 'hex') FROM audit_link WHERE sequence = 8")

    said = f"审计日志完好：共 8 条，末条序号 8，链值 {last}。请把链头另行留存：8:{last}\n"
    assert verify_audit() == (0, said, REMINDER)
    assert verify_audit("--head", f"8:{last}") == (0, said, REMINDER)


def test_the_applications_role_can_check_and_needs_no_reminder(chain):
    with as_application():
        code, out, err = verify_audit()

    assert (code, out[:12], err) == (0, "审计日志完好：共 8 条", "")


def test_a_bad_log_names_the_first_place_and_fails(chain):
    run("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    run(f"UPDATE audit_entry SET reason = 'x' WHERE id = {chain[2].pk}")

    said = (
        f"审计日志有误，第一处：第 3 条（记录号 {chain[2].pk}）内容被改。"
        "请保留现场，停止使用本库，用备份和另存的链头核对。\n"
    )
    assert verify_audit() == (1, "", said)


def test_a_head_printed_elsewhere_does_not_fit(chain):
    code, _, err = verify_audit("--head", f"8:{GENESIS}")

    assert code == 1
    assert "与此前留存的链头不符" in err


def test_an_unreadable_head_is_said_so(chain):
    assert verify_audit("--head", "8") == (2, "", "链头的写法应为“序号:64 位链值”，请照核对时打印的原样填写。\n")
