"""定时任务: switched off and on, run at once, each on record."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django_celery_beat.models import PeriodicTask

from accounts.tests import factories as people
from audit import clock
from audit.events import EventKind
from audit.models import Event
from jobs import scheduling
from jobs.models import Job
from jobs.scheduling import START

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


def test_others_may_not(client, entry):
    client.force_login(people.leading_group_officer())
    assert client.post(reverse("schedule_run", args=[entry.pk])).status_code == 403
    assert client.post(reverse("schedule_switch", args=[entry.pk])).status_code == 403
    assert not Job.objects.filter(kind="supervision.remind").exists()
