"""The frame of every page in a real browser: fits, accessible, large text, menu, questions, progress."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from playwright.sync_api import expect

from accounts.tests import factories as people
from jobs import scheduling
from jobs.models import Job, State
from jobs.tests.factories import JobFactory
from tests.journeys import steps
from tests.journeys.axe import assert_accessible, assert_fits
from workflow.states import Status
from workflow.tests.factories import case_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PC, PHONE = steps.DESK, steps.PHONE


@pytest.fixture
def opened(signed_in):
    """opened(user, path, size) -> the page; a script error or a refusal by the CSP fails the test."""
    faults = []

    def open_page(user, path="/", size=PC):
        page = signed_in(user, size)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        page.goto(path)
        return page

    yield open_page
    assert faults == []


@pytest.mark.parametrize("size", [PC, PHONE], ids=["pc", "phone"])
@pytest.mark.parametrize(
    "persona",
    [people.village_cadre, people.township_reviewer, people.county_officer, people.supervisor],
)
def test_home_is_accessible_and_fits(opened, persona, size):
    user = persona()
    case_in(Status.LEAD)
    case_in(Status.REVIEWED)
    page = opened(user, "/", size)
    assert_accessible(page)
    assert_fits(page)


def test_axe_finds_what_is_wrong(opened):
    page = opened(people.village_cadre())
    page.evaluate(
        "document.querySelector('#main').innerHTML = '<img src=\"/static/img/mark.svg\"><input>'"
    )
    with pytest.raises(AssertionError, match="image-alt"):
        assert_accessible(page)


def test_large_text_stays_and_fits_on_a_phone(opened):
    page = opened(people.village_cadre(), "/", PHONE)
    page.get_by_role("button", name="郑西关").click()
    page.get_by_role("button", name="大字版").click()
    expect(page.locator("html")).to_have_class("large-text")
    page.reload()
    expect(page.locator("html")).to_have_class("large-text")
    assert_fits(page)


def test_menu_opens_on_a_phone_and_by_keyboard_on_a_pc(opened):
    cadre = people.village_cadre()
    phone = opened(cadre, "/", PHONE)
    link = phone.locator("#menu").get_by_role("link", name="监测办理")
    expect(link).not_to_be_visible()
    phone.get_by_role("button", name="菜单", exact=True).click()
    link.click()
    phone.wait_for_url("**/cases/")
    pc = opened(cadre)
    pc.keyboard.press("Tab")
    expect(pc.get_by_role("link", name="跳到正文")).to_be_focused()


def test_a_question_comes_before_the_act(opened):
    scheduling.install()
    admin = people.system_admin()
    entry = PeriodicTask.objects.get(name="supervision.remind")
    page = opened(admin, reverse("schedule_list"))
    off = page.get_by_role("button", name=re.compile(f"停用.*{entry.description}"))
    off.click()
    page.get_by_role("button", name="不，返回").click()
    entry.refresh_from_db()
    assert entry.enabled
    off.click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text(f"已停用：{entry.description}")).to_be_visible()
    entry.refresh_from_db()
    assert not entry.enabled


def test_a_jobs_page_follows_it_to_the_end(opened):
    officer = people.county_officer()
    job = JobFactory(created_by=officer, state=State.RUNNING, done=1, total=10)
    page = opened(officer, reverse("job_detail", args=[job.pk]))
    expect(page.get_by_text("已完成 1 / 10")).to_be_visible()
    Job.objects.filter(pk=job.pk).update(done=6)
    expect(page.get_by_text("已完成 6 / 10")).to_be_visible(timeout=6000)
    Job.objects.filter(pk=job.pk).update(
        state=State.DONE, done=10, finished_at=timezone.now(), result={"rows": 10}
    )
    expect(page.get_by_role("heading", name="结果")).to_be_visible(timeout=6000)


def test_errors_are_summed_up_where_the_eye_is(opened):
    page = opened(people.system_admin(), reverse("parameter_form", args=["gate_screening"]))
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="确定").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    assert page.title().startswith("错误：")
    assert_accessible(page)
