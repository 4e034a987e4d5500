"""Lists fetched from real servers on loopback: taken once, and every bad end is one sentence."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    VILLAGE,
    area_at,
    county_officer,
    department_clerk,
    system_admin,
    user_at,
)
from audit import clock
from audit.models import Event
from households.tests.factories import HouseholdFactory
from jobs.models import Job
from screening import actions, arrivals, checking
from screening.models import LeadFile, Source
from screening.pulling import Place, PlaceRefused, Protocol, check_host, measure, open_place
from screening.pulling.place import filled
from screening.pulling.sftp import fingerprint
from screening.refusals import LeadRefused
from screening.tests.factories import SourceFactory, kind_of, workbook
from screening.tests.servers import sftp_server, web_server
from screening.tests.test_checking import person, stay
from workflow.tests.factories import moment

pytestmark = pytest.mark.django_db
MONTH = date(2021, 3, 1)
Standing = arrivals.Standing


@pytest.fixture(autouse=True)
def march(settings, tmp_path):
    settings.QF_PULL_HOSTS = ["127.0.0.0/8"]
    settings.QF_INBOX = str(tmp_path / "inbox")
    with clock.at(moment(10)):
        yield


@pytest.fixture
def content():
    _, number = person(HouseholdFactory(village=area_at(VILLAGE)))
    return workbook(stay(number, paid=20000))


def pull(**more):
    return actions.pull_leads(month=MONTH, in_background=False, **more)


def configured(protocol, address, *, secret="", **more):
    more = {"pattern": "*", "department": kind_of().department, "kind": None} | more
    return actions.save_source(
        county=area_at(COUNTY), by=system_admin(), protocol=protocol, address=address,
        secret=secret, **more,
    )  # fmt: skip


# --- each protocol, against a server -------------------------------------------------------------


def test_a_web_address_holds_the_month(content):
    with web_server({"/yb/202103.xlsx": content}, ("yb", "密码1")) as server:
        configured("web", f"{server.url}/yb/{{year}}{{month}}.xlsx", secret="密码1", username="yb")
        [taken] = pull()
        assert (taken.name, taken.lead_file.sha256 != "") == ("202103.xlsx", True)
        assert checking.check(taken.lead_file).figures["ok"] == 1
        assert pull() == []  # taken once
        server.files["/yb/202103.xlsx"] = workbook(stay("", paid=1))
        assert len(pull()) == 1
    assert LeadFile.objects.count() == 2


def test_a_webdav_folder_is_looked_through_by_name(content):
    files = {"/dav/2021年03月.xlsx": content, "/dav/2021年02月.xlsx": b"x", "/dav/读我.txt": b"x"}
    with web_server(files) as server:
        configured("webdav", f"{server.url}/dav", pattern="{year}年{month}月*")
        assert [found.name for found in pull()] == ["2021年03月.xlsx"]


def test_sftp_with_its_key_written_down(tmp_path, content):
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "三月.xlsx").write_bytes(content)
    with sftp_server(tmp_path) as (port, key):
        url = f"sftp://127.0.0.1:{port}/lists"
        more = {"username": "yibao", "secret": "secret"}
        source = configured("sftp", url, host_key=fingerprint(key), **more)
        [taken] = pull()
        assert checking.check(taken.lead_file).figures["ok"] == 1
        assert pull() == []
        source.refresh_from_db()
        assert (source.problem, source.tried_month) == ("", MONTH)
        configured("sftp", url, host_key="SHA256:another", **more)
        configured("sftp", f"{url}s", host_key=fingerprint(key), **more)
        configured("sftp", url, host_key=fingerprint(key), username="yibao", secret="wrong")
        told = [found.message for found in pull()]
    assert "指纹" in told[0]
    assert "没有“/listss”" in told[1]
    assert "不认用户名或密码" in told[2]


def test_a_folder_below_the_inbox(tmp_path, content):
    (tmp_path / "inbox" / "医保").mkdir(parents=True)
    (tmp_path / "inbox" / "医保" / "a.xlsx").write_bytes(content)
    configured("folder", "医保")
    assert [found.name for found in pull()] == ["a.xlsx"]


# --- every bad end -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/hang", "没有回应，已停止"),
        ("/cut.xlsx", "没有传完就断了"),
        ("/login.xlsx", "多半是登录页"),
        ("/none.xlsx", "可能还没有放上去"),
        ("/error.xlsx", "回答有误（500）"),
        ("/round", "一再转向"),
        ("/large.xlsx", "超过 10 MB"),
        ("/empty.xlsx", "这个文件是空的"),
    ],
)
def test_a_bad_end_is_one_sentence_and_holds_up_nobody(monkeypatch, tmp_path, content, path, words):
    monkeypatch.setattr(measure, "SILENCE_SECONDS", 0.5)
    files = {"/cut.xlsx": b"x" * 1000, "/large.xlsx": b"x" * (10 * 1024 * 1024 + 1),
             "/empty.xlsx": b"", "/good.xlsx": content}  # fmt: skip
    with web_server(files) as server:
        source = configured("web", f"{server.url}{path}")
        configured("web", f"{server.url}/good.xlsx")
        bad, good = pull()
    assert words in bad.message
    assert bad.lead_file is None
    assert good.lead_file is not None
    source.refresh_from_db()
    assert words in source.problem
    found = {a.kind.key: a for a in arrivals.arrivals(COUNTY, MONTH)}
    assert found["inpatient"].standing == Standing.TAKEN  # the other place had it


def test_a_dribble_is_stopped_after_its_time(monkeypatch):
    monkeypatch.setattr(measure, "FILE_SECONDS", -1)
    with pytest.raises(PlaceRefused, match="还没有传完"):
        measure.whole([b"a"], "a.xlsx")


def test_nobody_listens_there(content):
    source = configured("web", "http://127.0.0.1:9/a.xlsx")
    [found] = pull()
    assert "没有连上" in found.message
    assert arrivals.arrivals(COUNTY, MONTH)[0].standing == Standing.FAILED
    assert str(source.address) not in found.message


# --- which machines ------------------------------------------------------------------------------


def test_machines_that_are_not_listed_are_not_asked(settings):
    settings.QF_PULL_HOSTS = []
    with pytest.raises(PlaceRefused, match="不在允许取数的主机里"):
        check_host("127.0.0.1", 80)
    settings.QF_PULL_HOSTS = ["localhost"]  # a listed name that leads inside
    with pytest.raises(PlaceRefused, match="指向内部地址"):
        check_host("localhost", 80)
    settings.QF_PULL_HOSTS = ["localhost", "127.0.0.1", "::1"]
    check_host("localhost", 80)


def test_a_redirect_must_pass_the_list_and_gets_no_password(content):
    with web_server({"/a.xlsx": content}) as other, web_server({}, ("u", "p")) as server:
        server.elsewhere = f"{other.url}/a.xlsx"
        place = Place(Protocol.WEB, f"{server.url}/elsewhere", username="u", secret="p")
        with open_place(place) as opened:
            assert opened.fetch(*opened.names(MONTH)) == content
        assert other.asked == [("/a.xlsx", "")]
        for target, words in (
            ("http://169.254.169.254/latest", "不在允许取数的主机里"),
            ("file:///etc/passwd", "不能取"),
        ):
            server.elsewhere = target
            with open_place(place) as opened, pytest.raises(PlaceRefused, match=words):
                opened.fetch(*opened.names(MONTH))


# --- setting a source ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("protocol", "address", "words"),
    [
        ("folder", "../etc", "收件目录下"),
        ("folder", "/etc", "收件目录下"),
        ("sftp", "https://127.0.0.1/", "应以 sftp:// 开头"),
        ("sftp", "sftp://127.0.0.1/", "指纹"),
        ("web", "file:///etc/passwd", "应以 https:// 开头"),
        ("web", "http://u:p@127.0.0.1/", "不要写在地址里"),
        ("web", "http://127.0.0.1:99999/", "看不懂"),
        ("web", "http://127.0.0.1/{monat}.xls", "看不懂"),
        ("web", "http://192.168.1.1/", "不在允许取数的主机里"),
    ],
)
def test_a_wrong_address_is_refused_when_it_is_typed(protocol, address, words):
    with pytest.raises(LeadRefused, match=words):
        configured(protocol, address)
    assert not Source.objects.exists()


def test_the_secret_is_encrypted_kept_and_never_sent_to_another_machine():
    source = configured("web", "http://127.0.0.1/a.xlsx", username="u", secret="密码1")
    assert "密码1".encode() not in bytes(source.secret)
    assert source.place.secret == "密码1"
    assert "密码1" not in repr(source.place)
    more = {"county": source.county, "by": system_admin(), "source": source}
    source = actions.save_source(**more, pattern="{year}*")
    assert source.place.secret == "密码1"
    source = actions.save_source(**more, address="http://127.0.0.2/a.xlsx")
    assert source.place.secret == ""
    told = str(list(Event.objects.filter(kind="source_saved").values_list("detail", flat=True)))
    assert "127.0.0.2" in told
    assert "密码1" not in told


def test_only_the_system_administrator_sets_them():
    with pytest.raises(LeadRefused, match="系统管理员"):
        actions.save_source(county=area_at(COUNTY), by=county_officer(), address="a")


def test_the_pages_of_sources(client):
    client.force_login(system_admin())
    data = {"department": "yibao", "protocol": "web", "address": "http://127.0.0.1/a.xlsx",
            "pattern": "*", "username": "u", "secret": "密码1", "is_active": "on"}  # fmt: skip
    assert client.post(reverse("source_new"), data).status_code == 302
    source = Source.objects.get()
    page = client.get(reverse("source_form", args=[source.pk])).text
    assert "已有密码，不显示" in page
    assert "密码1" not in page
    wrong = client.post(reverse("source_form", args=[source.pk]), data | {"address": "ftp://x/"})
    assert "应以 https:// 开头" in wrong.text
    source.refresh_from_db()
    assert source.address == "http://127.0.0.1/a.xlsx"
    assert client.post(reverse("source_try", args=[source.pk])).status_code == 302
    assert Job.objects.get(kind="screening.try_source").args == {"source": source.pk}
    assert "县医保局" in client.get(reverse("source_list")).text


def test_the_month_in_names():
    assert filled("{year}年{month}月-{yy}.xls", MONTH) == "2021年03月-21.xls"


# --- two counties in one deployment --------------------------------------------------------------


def test_a_source_of_one_county_never_fills_another(settings, tmp_path, content):
    """The same department, the same folder name, the same content: each county takes its own."""
    area_at(OTHER_COUNTY + "100201")
    for code in (COUNTY, OTHER_COUNTY):
        inbox = tmp_path / "inbox" / code / "yibao"
        inbox.mkdir(parents=True)
    (tmp_path / "inbox" / COUNTY / "yibao" / "甲.xlsx").write_bytes(content)
    configured("folder", f"{COUNTY}/yibao")
    assert {p.lead_file.county_id for p in pull() if p.lead_file} == {COUNTY}
    assert pull(county=area_at(OTHER_COUNTY)) == []
    (tmp_path / "inbox" / OTHER_COUNTY / "yibao" / "乙.xlsx").write_bytes(content)
    assert [p.lead_file.county_id for p in pull()] == [OTHER_COUNTY]
    file = LeadFile.objects.get(county=OTHER_COUNTY)
    assert checking.check(file).figures["matched"] == 0  # its person lives in the other county
    stranger = user_at("county_office", OTHER_COUNTY)
    assert list(LeadFile.objects.visible_to(stranger)) == [file]
    assert Source.objects.visible_to(user_at("system_admin", OTHER_COUNTY)).count() == 0


@pytest.mark.parametrize("address", [OTHER_COUNTY, f"{OTHER_COUNTY}/yibao", "./410923/yibao"])
def test_a_source_may_not_name_another_countys_folder(address):
    area_at(OTHER_COUNTY + "100201")
    with pytest.raises(LeadRefused, match="别的县"):
        configured("folder", address)


# --- what is here and what is missing ------------------------------------------------------------


def test_the_page_says_what_is_missing(client, content):
    SourceFactory(tried_month=MONTH, problem="连不上", kind=kind_of())
    client.force_login(county_officer())
    page = client.get(reverse("lead_arrival_list"), {"month": "2021-03"}).text
    assert "连不上" in page
    assert "立即拉取" in page
    found = {
        (a.kind.department_id, a.kind.key): a.standing for a in arrivals.arrivals(COUNTY, MONTH)
    }
    assert found["yibao", "inpatient"] == Standing.FAILED
    assert found["canlian", "new_certificate"] == Standing.MISSING
    assert found["gongan", "traffic_accident"] == Standing.IF_ANY
    assert found["minzheng", "floor_protection"] == Standing.MISSING  # March ends a quarter
    april = {a.kind.key: a.standing for a in arrivals.arrivals(COUNTY, date(2021, 4, 1))}
    assert april["floor_protection"] == Standing.NOT_DUE


def test_pull_now_is_one_job_for_the_own_departments(client):
    client.force_login(department_clerk())
    assert client.post(reverse("lead_pull")).status_code == 302
    assert client.post(reverse("lead_pull")).status_code == 302
    assert Job.objects.get(kind="screening.pull_now").args == {
        "month": "2021-03-01", "county": COUNTY, "departments": ["yibao"],
    }  # fmt: skip
