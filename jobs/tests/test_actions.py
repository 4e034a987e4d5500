import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models.functions import Now

from audit.events import EventKind
from audit.models import Event
from jobs import registry
from jobs.actions import cancel, enqueue
from jobs.models import Job, State
from jobs.tests import handlers  # noqa: F401 registers
from jobs.tests.factories import JobFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return get_user_model().objects.create(username="clerk", full_name="赵敏")


def test_a_job_is_a_row_and_runs_after_the_commit(clerk, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        job = enqueue("test.echo", by=clerk, title="回声", args={"id": 7})
    job.refresh_from_db()
    assert (job.state, job.attempts, job.sent_at) == (State.QUEUED, 0, None)
    for callback in callbacks:
        callback()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.DONE, 1)
    assert job.result == {"args": {"id": 7}, "by": "clerk"}
    assert (job.done, job.total, job.percent) == (2, 2, 100)
    assert job.finished_at >= job.started_at >= job.created_at


def test_who_asked_is_in_the_audit_log(clerk):
    job = enqueue("test.echo", by=clerk, title="回声")
    event = Event.objects.get(kind=EventKind.JOB_QUEUED)
    assert (event.actor_name, event.object_id) == ("赵敏", str(job.pk))


def test_the_same_key_is_the_same_job(clerk):
    first = enqueue("test.echo", by=clerk, title="一", key="test:2021-03")
    second = enqueue("test.echo", by=clerk, title="二", key="test:2021-03")
    other = enqueue("test.echo", by=clerk, title="三", key="test:2021-04")
    assert first == second != other
    assert Event.objects.filter(kind=EventKind.JOB_QUEUED).count() == 2


def test_an_unknown_kind_is_refused(clerk):
    with pytest.raises(KeyError):
        enqueue("test.no_such", by=clerk, title="无")
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_request_rolled_back_leaves_no_job(clerk):
    def ask_and_fail():
        enqueue("test.echo", by=clerk, title="回声")
        raise DatabaseError

    with pytest.raises(DatabaseError):
        transaction.atomic(ask_and_fail)()
    assert not Job.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("kind", "message", "result"),
    [
        ("test.refuse", "工作簿已加密，请取消密码后重新上传", {}),
        ("test.crash", "程序出错，任务没有完成；请把任务编号告诉系统管理员", {}),
    ],
)
def test_a_failure_says_why_in_chinese(kind, message, result, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue(kind, by=None, title="会失败")
    job.refresh_from_db()
    assert (job.state, job.message, job.result) == (State.FAILED, message, result)


def test_a_crash_shows_nothing_of_the_data(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue("test.crash", by=None, title="会出错")
    job.refresh_from_db()
    assert "4109" not in job.message


def test_a_waiting_job_can_be_cancelled_once(clerk):
    job = enqueue("test.echo", by=clerk, title="回声")
    assert cancel(job=job, by=clerk)
    assert not cancel(job=job, by=clerk)
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert Event.objects.filter(kind=EventKind.JOB_CANCELLED).count() == 1


def test_everyone_sees_their_own_jobs_only(clerk):
    other = get_user_model().objects.create(username="other")
    mine, theirs, clocks = (JobFactory(created_by=by) for by in (clerk, other, None))
    assert list(Job.objects.visible_to(clerk)) == [mine]
    assert set(Job.objects.visible_to(clerk, is_manager=True)) == {mine, theirs, clocks}


@pytest.mark.parametrize(
    "values",
    [{"state": State.DONE}, {"state": State.QUEUED, "finished_at": Now()}],
)
def test_the_database_refuses_half_finished_rows(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        JobFactory(**values)


def test_two_handlers_of_one_kind_are_a_mistake():
    with pytest.raises(ValueError, match="two handlers"):
        registry.handler("test.echo")(lambda job: None)
    with pytest.raises(ValueError, match="queue"):
        registry.handler("test.other", queue="fast")
