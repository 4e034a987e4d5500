"""REST of areas and jobs: the same scope as the pages."""

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.tests import factories as people
from audit.events import EventKind
from audit.models import Event
from jobs.models import State
from jobs.tests.factories import JobFactory

pytestmark = pytest.mark.django_db


def api(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_strangers_get_nothing():
    assert APIClient().get("/api/v1/areas/").status_code in (401, 403)
    assert APIClient().get("/api/v1/jobs/").status_code in (401, 403)


def test_areas_are_those_inside_ones_own():
    people.area_at(people.VILLAGE)
    people.area_at(f"{people.OTHER_TOWNSHIP}201")
    client = api(people.township_reviewer())
    found = client.get("/api/v1/areas/").json()
    codes = [row["code"] for row in found["results"]]
    assert codes == [people.TOWNSHIP, people.VILLAGE]
    assert client.get(f"/api/v1/areas/{people.VILLAGE}/").json()["level"] == "village"
    elsewhere = client.get(f"/api/v1/areas/{people.OTHER_TOWNSHIP}/")
    assert elsewhere.status_code == 404
    assert elsewhere.json() == {"detail": "没有这一条，或者不在您的管辖范围内。"}


def test_areas_are_narrowed():
    people.area_at(people.VILLAGE)
    people.area_at(f"{people.OTHER_TOWNSHIP}201")
    client = api(people.county_officer())
    found = client.get("/api/v1/areas/", {"level": "village", "inside": people.TOWNSHIP}).json()
    assert [row["code"] for row in found["results"]] == [people.VILLAGE]
    assert client.get("/api/v1/areas/", {"level": "空"}).status_code == 400


def test_a_clerk_has_no_areas():
    assert api(people.department_clerk()).get("/api/v1/areas/").status_code == 403


def test_jobs_are_ones_own():
    cadre = people.village_cadre()
    mine, other = JobFactory(created_by=cadre), JobFactory(created_by=people.neighbour_cadre())
    client = api(cadre)
    assert [row["id"] for row in client.get("/api/v1/jobs/").json()["results"]] == [str(mine.pk)]
    assert client.get(f"/api/v1/jobs/{mine.pk}/").json()["state_label"] == "排队中"
    assert client.get(f"/api/v1/jobs/{other.pk}/").status_code == 404
    assert client.get("/api/v1/jobs/nonsense/").status_code == 404
    assert client.get(f"/api/v1/jobs/{mine.pk}/file/").status_code == 404


def test_file_is_on_record():
    cadre = people.village_cadre()
    job = JobFactory(
        created_by=cadre, state=State.DONE, finished_at=timezone.now(), file_name="附件2.xlsx"
    )
    job.file.save("x", ContentFile(b"sheet"))
    response = api(cadre).get(f"/api/v1/jobs/{job.pk}/file/")
    assert b"".join(response.streaming_content) == b"sheet"
    assert Event.objects.get(kind=EventKind.JOB_FILE_DOWNLOADED).actor_id == cadre.pk
    stranger = api(people.neighbour_cadre())
    assert stranger.get(f"/api/v1/jobs/{job.pk}/file/").status_code == 404
