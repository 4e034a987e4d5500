"""后台任务: one's own only, live progress, the file and its record."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from accounts.tests import factories as people
from audit.events import EventKind
from audit.models import Event
from jobs.models import State
from jobs.tests.factories import JobFactory
from portal.tests.counting import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def cadre(client):
    user = people.village_cadre()
    client.force_login(user)
    return user


def finished(user, **more):
    return JobFactory(created_by=user, state=State.DONE, finished_at=timezone.now(), **more)


def with_file(user):
    job = finished(user, file_name="附件2.xlsx")
    job.file.save("x", ContentFile(b"sheet"))
    return job


def test_list_shows_ones_own(client, cadre):
    JobFactory(created_by=cadre, title="导出本村台账")
    JobFactory(created_by=people.neighbour_cadre(), title="导出邻村台账")
    page = client.get(reverse("job_list")).content.decode()
    assert "导出本村台账" in page
    assert "导出邻村台账" not in page


def test_list_costs_the_same_at_3_and_at_30_rows(client, cadre):
    JobFactory.create_batch(3, created_by=cadre)
    few = queries(client, reverse("job_list"))
    JobFactory.create_batch(27, created_by=cadre)
    assert len(queries(client, reverse("job_list"))) == len(few) <= 12


@pytest.mark.parametrize("name", ["job_detail", "job_progress", "job_file"])
def test_somebody_elses_job_is_not_there(client, cadre, name):
    job = with_file(people.neighbour_cadre())
    assert client.get(reverse(name, args=[job.pk])).status_code == 404


def test_running_job_is_asked_again_and_a_finished_one_reloads_the_page(client, cadre):
    running = JobFactory(created_by=cadre, state=State.RUNNING, done=30, total=100)
    response = client.get(reverse("job_progress", args=[running.pk]))
    assert "every 2s" in response.content.decode()
    assert "已完成 30 / 100" in response.content.decode()
    assert "HX-Refresh" not in response
    done = client.get(reverse("job_progress", args=[finished(cadre).pk]))
    assert done["HX-Refresh"] == "true"
    assert "every 2s" not in done.content.decode()


def test_result_is_told_in_words(client, cadre):
    job = finished(cadre, result={"rows": 120, "rejected": 3, "detail": {"x": 1}})
    page = client.get(reverse("job_detail", args=[job.pk])).content.decode()
    assert "未导入" in page
    assert "detail" not in page


def test_file_is_given_and_the_download_is_on_record(client, cadre):
    job = with_file(cadre)
    response = client.get(reverse("job_file", args=[job.pk]))
    assert b"".join(response.streaming_content) == b"sheet"
    assert "attachment" in response["Content-Disposition"]
    assert Event.objects.get(kind=EventKind.JOB_FILE_DOWNLOADED).actor_id == cadre.pk


def test_job_without_a_file_and_a_file_gone_are_404(client, cadre):
    assert client.get(reverse("job_file", args=[finished(cadre).pk])).status_code == 404
    job = with_file(cadre)
    job.file.storage.delete(job.file.name)
    assert client.get(reverse("job_file", args=[job.pk])).status_code == 404


def test_cancel(client, cadre):
    job = JobFactory(created_by=cadre)
    client.post(reverse("job_cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert client.get(reverse("job_cancel", args=[job.pk])).status_code == 405


def test_manager_sees_titles_of_all_and_opens_no_file(client):
    job = with_file(people.village_cadre())
    client.force_login(people.system_admin())
    page = client.get(reverse("job_list")).content.decode()
    assert job.title in page
    assert reverse("job_file", args=[job.pk]) not in page
    assert client.get(reverse("job_file", args=[job.pk])).status_code == 404
