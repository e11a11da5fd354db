"""Serial numbers: readable, in order, and given back by a writer that fails (CON-6)."""

from django.db import transaction

from yiqiao_portal.core.models import Serial
from yiqiao_portal.core.serials import next_serial, next_serials


def test_each_series_counts_for_itself(db):
    numbers = [next_serial(series) for series in ("YQ-HD-2026", "YQ-HD-2026", "YQ-HD-2027", "YQ-HD-2026")]

    assert numbers == ["YQ-HD-2026-0001", "YQ-HD-2026-0002", "YQ-HD-2027-0001", "YQ-HD-2026-0003"]


def test_a_number_outgrows_its_width(db):
    Serial.objects.create(series="YQ-HD-2026", last=9999)

    assert next_serial("YQ-HD-2026") == "YQ-HD-2026-10000"


def test_another_width(db):
    assert next_serial("YQ-ZS-2026", width=6) == "YQ-ZS-2026-000001"


def test_a_failed_writer_gives_its_number_back(db):
    next_serial("YQ-HD-2026")
    with transaction.atomic():
        given = next_serial("YQ-HD-2026")
        transaction.set_rollback(True)

    assert (given, next_serial("YQ-HD-2026")) == ("YQ-HD-2026-0002", "YQ-HD-2026-0002")


def test_a_block_of_numbers_at_once(db):
    next_serial("YQ-XQ-2026")

    block = next_serials("YQ-XQ-2026", 3)

    assert block == ["YQ-XQ-2026-0002", "YQ-XQ-2026-0003", "YQ-XQ-2026-0004"]
    assert (next_serials("YQ-XQ-2026", 0), next_serial("YQ-XQ-2026")) == ([], "YQ-XQ-2026-0005")
