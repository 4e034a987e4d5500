"""Tampering as the owner of the tables, with the triggers switched off."""

import time
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from audit import chain, digests
from audit.events import EventKind
from audit.models import Event, Seal
from audit.record import record, record_many

pytestmark = pytest.mark.django_db(transaction=True)
KIND = EventKind.AREA_CHANGED


def write(count=1):
    with transaction.atomic():
        record_many(KIND, by=None, rows=[{"area": str(n)} for n in range(count)])


def seal_all(patience=30):
    """Other databases of the server hold the xmin back while their transactions run."""
    deadline = time.monotonic() + patience
    while sum(len(seal.event_ids) for seal in Seal.objects.all()) < Event.objects.count():
        chain.seal()
        assert time.monotonic() < deadline, "some transaction runs for very long"
        time.sleep(0.05)


@contextmanager
def owner():
    """The owner can switch the trigger off; the chain shows it."""
    with connection.cursor() as cursor:
        for table in ("audit_event", "audit_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
        yield cursor
        for table in ("audit_event", "audit_seal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only")


@pytest.fixture
def sealed(monkeypatch):
    """Nine events in three blocks of three."""
    monkeypatch.setattr(chain, "BLOCK_ROWS", 3)
    for _ in range(3):
        write(3)
    seal_all()
    return list(Event.objects.order_by("tx", "id").values_list("id", flat=True))


def test_an_untouched_log_is_whole(sealed):
    write(2)  # not sealed yet
    assert chain.verify() is None
    assert Seal.objects.order_by("number").last().event_ids[-1] == sealed[-1]


@pytest.mark.parametrize(
    "detail",
    [
        {"b": 1, "a": [True, None, "汉字\x00 \"'\\ {}, NULL"]},
        {"share": 1e16, "tiny": -0.0},
        {1: 2},
        {"long": "长" * 5000},
    ],
)
def test_whatever_is_recorded_reads_back_genuine(detail):
    with transaction.atomic():
        record_many(KIND, by=None, rows=[{"detail": detail}, {}])
    assert Event.objects.count() == 2
    assert chain.verify() is None


def test_sealing_again_seals_nothing(sealed):
    count = Seal.objects.count()
    assert chain.seal() == 0
    assert Seal.objects.count() == count


def test_a_changed_byte_is_named(sealed):
    with owner() as cursor:
        cursor.execute("UPDATE audit_event SET actor_name = '系统 ' WHERE id = %s", [sealed[4]])
    assert chain.verify().event_id == sealed[4]


def test_a_changed_row_is_named_before_it_is_sealed():
    write(3)
    victim = Event.objects.order_by("id")[1].pk
    with owner() as cursor:
        cursor.execute("""UPDATE audit_event SET detail = '{"x": 1}' WHERE id = %s""", [victim])
    assert chain.verify().event_id == victim


def test_a_deleted_row_is_named(sealed):
    with owner() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE id = %s", [sealed[4]])
    finding = chain.verify()
    assert (finding.event_id, "删除" in finding.reason) == (sealed[4], True)


def test_the_last_sealed_row_deleted_is_named(sealed):
    with owner() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE id = %s", [sealed[-1]])
    assert chain.verify().event_id == sealed[-1]


def test_two_rows_swapped_are_found(sealed):
    with owner() as cursor:
        cursor.execute(
            "UPDATE audit_event SET id = CASE id WHEN %s THEN -1 ELSE %s END WHERE id IN (%s, %s)",
            [sealed[1], sealed[1], sealed[1], sealed[2]],
        )
        cursor.execute("UPDATE audit_event SET id = %s WHERE id = -1", [sealed[2]])
    assert chain.verify().event_id in sealed[1:3]


def test_a_row_slipped_in_later_is_named(sealed):
    with owner() as cursor:
        cursor.execute("SELECT tx FROM audit_event WHERE id = %s", [sealed[0]])
        (tx,) = cursor.fetchone()
        with transaction.atomic():
            forged = record(KIND, by=None)  # even with the right key
        cursor.execute("UPDATE audit_event SET tx = %s WHERE id = %s", [tx, forged.pk])
    finding = chain.verify()
    assert (finding.event_id, "插入" in finding.reason) == (forged.pk, True)


def test_a_copied_row_is_a_forgery(sealed):
    with owner() as cursor:
        cursor.execute(
            "INSERT INTO audit_event (at, actor_name, post, kind, object_type, object_id,"
            " area_code, outcome, detail, request_id, digest)"
            " SELECT at, actor_name, post, kind, object_type, object_id, area_code, outcome,"
            " detail, request_id, digest FROM audit_event WHERE id = %s RETURNING id",
            [sealed[0]],
        )
        (copy,) = cursor.fetchone()
    assert chain.verify().event_id == copy


def test_a_changed_seal_is_named(sealed):
    with owner() as cursor:
        cursor.execute("UPDATE audit_seal SET digest = %s WHERE number = 2", [digests.START])
    assert chain.verify().seal_number == 2


def test_a_deleted_seal_is_named(sealed):
    with owner() as cursor:
        cursor.execute("DELETE FROM audit_seal WHERE number = 2")
    assert chain.verify().seal_number == 2


def test_a_cut_tail_is_found_by_the_head_kept_elsewhere(sealed):
    last = Seal.objects.order_by("number").last()
    head = last.digest.hex()
    assert chain.verify(head) is None
    with owner() as cursor:
        cursor.execute("DELETE FROM audit_seal WHERE number = %s", [last.number])
        cursor.execute("DELETE FROM audit_event WHERE id = ANY(%s)", [last.event_ids])
    assert chain.verify() is None  # the chain alone cannot know
    assert "截断" in chain.verify(head).reason


def test_the_whole_log_rewritten_without_the_key_is_found(sealed, settings):
    settings.QF_AUDIT_KEY = "an attacker's guess"
    assert chain.verify().event_id == sealed[0]


def test_rows_of_a_running_transaction_wait_and_nobody_waits_for_them():
    """A slow writer is neither sealed too early nor blocks others."""
    slow = connections.create_connection("default")
    try:
        slow.set_autocommit(False)
        with slow.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        write(2)  # begins later, ends earlier
        assert chain.seal() == 0
        slow.commit()
    finally:
        slow.close()
    seal_all()
    assert Event.objects.count() == 2
    assert chain.verify() is None


def test_a_restored_database_does_not_continue_the_chain_silently(sealed):
    last = Seal.objects.order_by("number").last()
    with owner() as cursor:
        cursor.execute(
            "UPDATE audit_seal SET last_tx = last_tx + 1000000000 WHERE number = %s", [last.number]
        )
    with pytest.raises(chain.ChainMoved):
        chain.seal()


def test_the_command_names_the_bad_row_and_fails(sealed):
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert '"events": 9' in out.getvalue()
    with owner() as cursor:
        cursor.execute("UPDATE audit_event SET kind = 'x' WHERE id = %s", [sealed[5]])
    with pytest.raises(CommandError, match=str(sealed[5])):
        call_command("verify_audit")
