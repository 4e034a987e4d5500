"""定时任务: switched off and on, run at once, each on record."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from accounts.tests import factories as people
from audit import clock
from audit.events import EventKind
from audit.models import Event
from jobs import scheduling
from jobs.models import Job
from jobs.scheduling import START
from portal import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    scheduling.install()
    return PeriodicTask.objects.get(task=START, name="supervision.remind")


@pytest.fixture
def admin(client):
    user = people.system_admin()
    client.force_login(user)
    return user


def test_list_says_when_in_words(client, admin, entry):
    page = client.get(reverse("schedule_list")).content.decode()
    assert "期限提醒" in page
    assert "每天 07:30" in page


def test_switch_is_on_record(client, admin, entry):
    client.post(reverse("schedule_switch", args=[entry.pk]), {"on": "0"})
    entry.refresh_from_db()
    assert not entry.enabled
    event = Event.objects.get(kind=EventKind.SCHEDULE_CHANGED)
    assert event.detail == {"kind": "supervision.remind", "enabled": False}


def test_run_now_makes_a_job_of_the_person(client, admin, entry):
    response = client.post(reverse("schedule_run", args=[entry.pk]))
    job = Job.objects.get(kind="supervision.remind")
    assert job.created_by == admin
    assert response.url == reverse("job_detail", args=[job.pk])


def test_list_leads_to_the_last_run_whoever_started_it(client, admin, entry):
    assert "还没有执行过" in client.get(reverse("schedule_list")).content.decode()
    client.post(reverse("schedule_run", args=[entry.pk]))
    first = Job.objects.get(kind="supervision.remind")
    Job.objects.update(created_at=clock.now() - timedelta(hours=1))
    client.post(reverse("schedule_run", args=[entry.pk]))

    page = client.get(reverse("schedule_list")).content.decode()

    last = Job.objects.filter(kind="supervision.remind").exclude(pk=first.pk).get()
    assert reverse("job_detail", args=[last.pk]) in page
    assert reverse("job_detail", args=[first.pk]) not in page


def test_another_time_is_on_record_and_moves_nobody_else(client, admin, entry):
    neighbour = PeriodicTask.objects.create(
        name="neighbour", task="none", crontab=CrontabSchedule.objects.get(pk=entry.crontab_id)
    )
    page = client.get(reverse("schedule_time", args=[entry.pk])).content.decode()
    assert 'value="07:30"' in page

    client.post(reverse("schedule_time", args=[entry.pk]), {"at": "06:05"})

    assert "每天 06:05" in client.get(reverse("schedule_list")).content.decode()
    neighbour.refresh_from_db()
    assert (neighbour.crontab.hour, neighbour.crontab.minute) == ("7", "30")
    event = Event.objects.get(kind=EventKind.SCHEDULE_CHANGED)
    assert event.detail == {"kind": "supervision.remind", "before": "7:30", "after": "6:05"}
    assert event.actor_id == admin.pk
    scheduling.install()
    entry.refresh_from_db()
    assert entry.crontab.hour == "6"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("workflow.open_month", {"at": "01:00"}, "每月 1 日 01:00"),
        ("audit.seal", {"minute": "7"}, "每小时第 7 分"),
    ],
)
def test_the_day_of_the_month_stays(client, admin, entry, name, data, words):
    moved = PeriodicTask.objects.get(name=name)
    day = moved.crontab.day_of_month
    client.post(reverse("schedule_time", args=[moved.pk]), data)
    moved.refresh_from_db()
    assert moved.crontab.day_of_month == day
    assert words in client.get(reverse("schedule_list")).content.decode()


@pytest.mark.parametrize("at", ["", "25:00", "早上", "07:30:99"])
def test_no_time_of_day_changes_nothing(client, admin, entry, at):
    answer = client.post(reverse("schedule_time", args=[entry.pk]), {"at": at})
    assert answer.status_code == 200
    assert "请" in answer.context["form"].errors["at"][0]
    entry.refresh_from_db()
    assert entry.crontab.hour == "7"


def test_a_time_that_could_not_be_put_on_record_stays_as_it_was(admin, entry, monkeypatch):
    monkeypatch.setattr(actions, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.move_schedule(entry=entry, hour=6, minute=0, by=admin)
    entry.refresh_from_db()
    assert entry.crontab.hour == "7"


def test_others_may_not(client, entry):
    client.force_login(people.leading_group_officer())
    assert client.post(reverse("schedule_run", args=[entry.pk])).status_code == 403
    assert client.post(reverse("schedule_switch", args=[entry.pk])).status_code == 403
    assert not Job.objects.filter(kind="supervision.remind").exists()
