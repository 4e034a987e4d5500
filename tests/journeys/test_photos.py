"""Photos at the door: small enough for the link, tried again, and what was typed beside them is kept."""

import io
import re

import pytest
from django.contrib.sessions.models import Session
from PIL import Image
from playwright.sync_api import expect

from accounts.tests import factories as people
from tests.journeys.steps import PHONE, arrives, fills, is_told, keeps_picture, opens, still_reads
from workflow.models import Attachment, Visit
from workflow.states import Status
from workflow.tests.factories import case_in

pytestmark = pytest.mark.journey

LONGEST_SIDE = 1600
GPS_INFO, LATITUDE = 0x8825, 2
SLOW = {"offline": False, "latency": 100, "downloadThroughput": -1, "uploadThroughput": 200_000}
OPINION = "情况属实，建议列入台账"


@pytest.fixture(scope="module")
def photo():
    """A phone's picture: larger than a page needs, with the place where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(GPS_INFO)[LATITUDE] = (35.0, 54.0, 0.0)
    small = Image.effect_noise((800, 600), 90).convert("RGB")
    kept = io.BytesIO()
    small.resize((2400, 1800)).save(kept, "JPEG", quality=92, exif=exif)
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


@pytest.fixture
def visit(month, signed_in):
    """The page of a visit on a phone, opinion typed."""
    page = signed_in(people.village_cadre(), PHONE)
    opens(page, "visit_new", case_in(Status.LEAD).pk)
    fills(page, 研判意见=OPINION)
    return page


def takes(page, photo):
    page.locator("#photos").set_input_files(photo)
    expect(page.locator("[data-file-name]")).to_contain_text("照片已缩小")


def saves(page):
    page.get_by_role("button", name="保存走访记录").click()


def is_saved(page):
    expect(page).to_have_url(re.compile(r"/cases/\d+/$"))
    arrives(page)
    is_told(page, "走访记录已保存")
    assert Visit.objects.get().opinion == OPINION


def test_they_are_shrunk_sent_with_progress_and_lose_their_place(visit, photo):
    assert len(photo["buffer"]) > 1_000_000
    takes(visit, photo)
    link = visit.context.new_cdp_session(visit)
    link.send("Network.enable")
    link.send("Network.emulateNetworkConditions", SLOW)
    saves(visit)
    expect(visit.get_by_text(re.compile(r"正在上传 \d+%|已传完"))).to_be_visible()
    is_saved(visit)
    stored = Attachment.objects.get()
    assert stored.size < len(photo["buffer"]) / 2
    with stored.file.open("rb") as file, Image.open(file) as picture:
        assert max(picture.size) <= LONGEST_SIDE
        assert not picture.getexif()


def test_a_cut_link_keeps_photo_and_words_for_another_try(visit, photo):
    takes(visit, photo)
    visit.context.set_offline(True)
    saves(visit)
    expect(visit.locator("[data-upload]")).to_contain_text("网络断了")
    still_reads(visit, 研判意见=OPINION)
    keeps_picture(visit, "photo_cut")
    visit.context.set_offline(False)
    visit.get_by_role("button", name="再试一次").click()
    is_saved(visit)
    assert Attachment.objects.count() == 1


def test_an_expired_sign_in_keeps_photo_and_words(visit, photo):
    takes(visit, photo)
    Session.objects.all().delete()
    saves(visit)
    panel = visit.get_by_role("dialog", name="登录已过期")
    expect(panel).to_be_visible()
    keeps_picture(visit, "photo_signed_out")
    panel.get_by_label(re.compile("密码")).fill(people.PASSWORD)
    panel.get_by_role("button", name="登录并保存").click()
    is_saved(visit)
    assert Attachment.objects.count() == 1


def test_what_is_wrong_is_said_and_the_photo_is_still_chosen(visit, photo):
    takes(visit, photo)
    visit.get_by_label("电话", exact=True).check()
    saves(visit)
    expect(visit.locator("[data-error-summary]")).to_contain_text("联系到了谁")
    still_reads(visit, 研判意见=OPINION)
    fills(visit, 联系到了谁="户主本人")
    saves(visit)
    is_saved(visit)
    assert Attachment.objects.count() == 1
