from datetime import datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from audit import clock, context, digests
from audit.context import Origin, coming_from
from audit.events import EventKind
from audit.masking import masked
from audit.middleware import AuditContextMiddleware
from audit.models import Event
from audit.record import record, record_many

pytestmark = pytest.mark.django_db
KIND = EventKind.AREA_CHANGED


@pytest.fixture
def cadre():
    return get_user_model().objects.create(username="cadre", full_name="李秀英")


@pytest.fixture
def village():
    """Anything with a number will do; this app knows no other of ours."""
    group = Group.objects.create(name="西关村")
    group.village_id = "410922100201"
    return group


def test_an_event_says_who_what_when_where(cadre, village):
    origin = Origin(ip="10.1.2.3", request_id="r1", post="西关村 村级")
    with coming_from(origin), clock.at(datetime(2021, 3, 20, 9, 0)):
        record(KIND, by=cadre, obj=village, detail={"name": "西关村"})
    event = Event.objects.get()
    assert (event.actor_id, event.actor_name, event.post) == (cadre.pk, "李秀英", "西关村 村级")
    assert (event.ip, event.request_id) == ("10.1.2.3", "r1")
    assert (event.object_type, event.object_id) == ("auth.Group", str(village.pk))
    assert (event.area_code, event.outcome) == ("410922100201", "ok")
    assert clock.local(event.at).strftime("%Y-%m-%d %H:%M") == "2021-03-20 09:00"


def test_the_system_itself_acts_without_a_user():
    record(KIND, by=None)
    event = Event.objects.get()
    assert (event.actor_id, event.actor_name) == (None, "系统")


def test_many_rows_cost_two_statements(django_assert_num_queries, cadre):
    with django_assert_num_queries(2):
        record_many(KIND, by=cadre, rows=[{"area": f"4109221002{n:02d}"} for n in range(50)])
    assert Event.objects.count() == 50
    assert len(set(Event.objects.values_list("digest", flat=True))) == 50


def test_an_object_that_was_never_loaded_is_named_by_model_and_number():
    with transaction.atomic():
        record_many(KIND, by=None, rows=[{"model": Event, "pk": 7, "area": "410922"}])
    event = Event.objects.get()
    assert (event.object_type, event.object_id) == ("audit.Event", "7")
    assert bytes(event.digest) == digests.of_event(event)


def test_no_rows_record_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        record_many(KIND, by=None, rows=[])
    assert not Event.objects.exists()


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="no_such"):
        record("no_such", by=None)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded():
    with pytest.raises(TransactionManagementError):
        record(KIND, by=None)
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_fails_leaves_no_event(village):
    def change():
        record(KIND, by=None, obj=village)
        Group.objects.create(name=village.name)

    with pytest.raises(IntegrityError):
        transaction.atomic(change)()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("证件410922199001011234有误", "证件****1234有误"),
        ({"note": ["电话 13812345678", 7]}, {"note": ["电话 ****5678", 7]}),
        ("41092219900101123x", "****123x"),
        ("410922100201", "410922100201"),
        ("sha 4109221990010112341234567890ab", "sha 4109221990010112341234567890ab"),
    ],
)
def test_numbers_of_people_are_masked(given, kept):
    assert masked(given) == kept


def test_the_log_keeps_no_id_number(cadre):
    record(KIND, by=cadre, detail={"reason": "核对 410922199001011234"})
    assert "19900101" not in str(Event.objects.get().detail)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor_name = '别人'",
        "DELETE FROM audit_event",
        "UPDATE audit_seal SET number = 9",
        "DELETE FROM audit_seal",
    ],
)
def test_the_database_refuses_to_rewrite_the_log(statement):
    record(KIND, by=None)
    with connection.cursor() as cursor, transaction.atomic():
        with pytest.raises(DatabaseError, match="append-only"):
            cursor.execute(statement)
        transaction.set_rollback(True)
    assert Event.objects.get().actor_name == "系统"


def test_truncate_is_for_test_databases_only():
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'audit_append_only'")
        (source,) = cursor.fetchone()
    assert "starts_with(current_database(), 'test_')" in source


def answer(headers=None, proxies=0):
    seen = {}

    def view(request):
        context.set_post("马村乡 乡镇扶贫办")
        seen["origin"] = context.origin()
        return HttpResponse()

    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", headers=headers or {})
    with override_settings(AXES_IPWARE_PROXY_COUNT=proxies):
        response = AuditContextMiddleware(view)(request)
    return seen["origin"], response


def test_every_request_has_a_number_that_the_answer_repeats():
    origin, response = answer()
    assert len(origin.request_id) == 32
    assert response["X-Request-ID"] == origin.request_id
    assert origin.post == "马村乡 乡镇扶贫办"


def test_nothing_of_a_request_stays_behind():
    answer()
    assert context.origin() == Origin()


@pytest.mark.parametrize(
    ("forwarded", "proxies", "ip"),
    [
        ("1.2.3.4", 0, "10.0.0.9"),  # no proxy of ours: the header is the visitor's invention
        ("6.6.6.6, 1.2.3.4", 1, "1.2.3.4"),
        ("nonsense", 1, None),
        ("2001:db8::1", 1, "2001:db8::1"),
    ],
)
def test_forwarded_addresses_count_behind_our_proxy_only(forwarded, proxies, ip):
    origin, _ = answer({"X-Forwarded-For": forwarded}, proxies)
    assert origin.ip == ip
