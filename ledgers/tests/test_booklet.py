"""《一户一册》: what it says, what it misses, and that nothing is printed twice."""

import datetime
import io
from decimal import Decimal

import pytest
from lxml import html as markup
from pypdf import PdfReader

from accounts.tests.factories import COUNTY, VILLAGE, area_at, county_officer
from assistance.followers import keep_conditions
from assistance.models import Attention, InsuranceClaim, Measure, Plan, ReliefRequest
from assistance.tests.factories import (
    HelperAssignmentFactory,
    MeasureFactory,
    PlanFactory,
    PlanItemFactory,
)
from assistance.tests.relief_factories import (
    InsuranceClaimFactory,
    InsuranceCoverFactory,
    ReliefRequestFactory,
)
from audit import clock
from audit.models import Event
from households.models import Person
from households.tests.factories import IncomeFactory, SafeguardFactory
from ledgers import booklet, booklets, pdf
from ledgers.models import Booklet
from ledgers.press import Press, PrintFailed
from workflow.models import Case, Status
from workflow.tests.factories import (
    AttachmentFactory,
    StatusChangeFactory,
    VisitFactory,
    case_in,
    decided,
    moment,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_october():
    with clock.at(moment(21, month=10)):
        yield


def rich_case() -> Case:
    """A household with everything a booklet tells."""
    case = case_in(
        Status.MONITORED,
        identified_on=datetime.date(2021, 3, 30),
        remark="户主透析治疗",
        is_urgent=True,
    )
    household = case.household
    Person.objects.filter(household=household).update(health="健康", skill="普通劳动力")
    IncomeFactory(
        household=household,
        period_start=datetime.date(2020, 10, 1), period_end=datetime.date(2021, 9, 30),
        wage=Decimal("12000"), business=Decimal("3600.5"), property=Decimal(0), transfer=Decimal("1500"),
        business_expense=Decimal("1100.5"), insurance_payout=Decimal("2000"),
        compliant_self_paid=Decimal("6320"), member_count=3,
    )  # fmt: skip
    SafeguardFactory(
        household=household, checked_on=datetime.date(2021, 3, 10), medical_problem=True
    )
    SafeguardFactory(household=household, checked_on=datetime.date(2021, 9, 10))
    HelperAssignmentFactory(
        case=case, starts_on=datetime.date(2021, 3, 30), ends_on=datetime.date(2021, 6, 30)
    )
    HelperAssignmentFactory(case=case, starts_on=datetime.date(2021, 7, 1))
    PlanFactory(
        case=case, approved_by=case.round.opened_by or county_officer(), approved_at=clock.now()
    )
    MeasureFactory(
        case=case, group="security", kind="medical_aid", description="住院费用医疗救助",
        state=Measure.State.DONE, amount_paid=Decimal("3800"), effect="自付费用降到 2,520 元",
        starts_on=datetime.date(2021, 4, 1),
    ).proofs.add(AttachmentFactory(name="报销单.jpg"))  # fmt: skip
    MeasureFactory(
        case=case, group="employment", kind="public_post", description="村级保洁公益岗位，每月 500 元",
        state=Measure.State.ACTIVE, amount_planned=Decimal("3000"), starts_on=datetime.date(2021, 5, 1),
        is_development=True,
    )  # fmt: skip
    for month in (4, 6, 9):
        VisitFactory(
            case=case, purpose="HELP", visited_on=datetime.date(2021, month, 12),
            findings={"income": "保洁岗位工资按月发放", "expense": "透析每周两次，报销后自付约 400 元"},
            opinion="继续落实医疗救助",
        )  # fmt: skip
    InsuranceCoverFactory(household=household)
    decided("put_forward", case, VILLAGE)
    StatusChangeFactory(case=case, step="screen")
    return case


def loaded(case) -> Case:
    return booklet.loaded(Case.objects.filter(pk=case.pk)).get()


def text_of(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_a_booklet_tells_everything_with_the_formula_worked_out():
    found = booklet.content(loaded(rich_case()))

    assert found.missing == []
    for words in (
        "12000.00 ＋ 3600.50 ＋ 0.00 ＋ 1500.00 － 1100.50 ＝ <b>16000.00 元</b>",
        "16000.00 ÷ 3 人 ＝ <b>5333.33 元</b>",
        "参考收入（纯收入＋理赔收入－合规自付支出）＝ 16000.00 ＋ 2000.00 － 6320.00 ＝ 11680.00 元",
        "有成员未参保",
        "现任",
        "住院费用医疗救助",
        "户主透析治疗",
        "正在监测帮扶，尚未进入风险消除程序",
        "农户（签字）",
    ):
        assert words in found.body


def test_an_empty_booklet_gives_a_reason_in_every_box_and_lists_what_is_missing():
    case = case_in(Status.SCREENED, risks=[])
    found = booklet.content(loaded(case))

    assert "致贫/返贫风险未填写" in found.missing
    assert "未安排帮扶措施" in found.missing
    assert "本年度没有登记防贫保参保，请县级核对" not in found.missing  # not monitored yet
    assert nothing_is_empty(found.body)


def test_the_plan_the_helper_the_level_and_the_papers_stand_in_the_booklet():
    case = rich_case()
    office = county_officer()
    first = case.plans.get()
    PlanItemFactory(plan=first, content="村级保洁", amount=Decimal("3600"))
    PlanItemFactory(plan=first, kind="medical_aid", cause="", amount=None)
    Plan.objects.filter(pk=first.pk).update(checked_by=office, checked_at=clock.now())
    PlanFactory(
        case=case, version=2, returned_by=office, returned_at=clock.now(),
        returned_reason="请写明岗位起止时间",
    )  # fmt: skip
    case.helper_assignments.filter(ends_on__isnull=False).update(handover_reason="轮换回原单位")
    Attention.objects.create(case=case, level="red", reason="透析治疗", set_by=office)
    claim = InsuranceClaimFactory(household=case.household, state="paid")
    claim.proofs.add(AttachmentFactory(name="转账单.jpg"))
    ReliefRequestFactory(household=case.household, state="paid")

    found = booklet.content(loaded(case))

    for words in (
        "第 1 版",  # the one in force, although a later one waits
        f"乡镇{office.full_name}审核",
        "公益岗位（开发式）",
        "村级保洁",
        "3600.00",
        "未定",
        "其他需要",
        "已退回：请写明岗位起止时间",
        "轮换回原单位",
        "红色（重点关注）",
        "十一、印证材料目录",
        "1. 转账单.jpg",
        "1. 报销单.jpg",
        "已付款，尚未上传",  # the relief
    ):
        assert words in found.body, words
    assert "有已付款的措施、理赔或救助没有印证材料" in found.missing
    assert nothing_is_empty(found.body)


def test_a_cleared_booklet_keeps_the_conditions_as_they_stood_at_recognition():
    case = rich_case()
    Case.objects.filter(pk=case.pk).update(
        status=Status.RISK_CLEARED, cleared_on=datetime.date(2021, 10, 20), clearing_kind="assisted"
    )
    change = StatusChangeFactory(case=case, step="clear_risk", target=Status.RISK_CLEARED)
    assert "没有留存在系统中" in booklet.content(loaded(case)).body
    keep_conditions(changes=[change], by=change.by)
    before = booklet.content(loaded(case))
    assert "认定时的风险消除条件核对（2021年10月20日）" in before.body
    assert "已落实 1 项，未完成 1 项" in before.body

    MeasureFactory(case=case, state=Measure.State.DONE)  # what comes later changes no old fact
    assert "已落实 1 项，未完成 1 项" in booklet.content(loaded(case)).body
    assert nothing_is_empty(before.body)


def test_a_clearing_undone_and_a_household_seen_again_are_named_as_such():
    case = rich_case()
    undone = {"source": Status.RISK_CLEARED, "target": Status.MONITORED, "comment": "收入不实"}
    StatusChangeFactory(case=case, step="undo_clearing", **undone)
    assert "<td>回退：县级审定，监测帮扶</td>" in booklet.content(loaded(case)).body
    assert "再识别" not in booklet.content(loaded(case)).body

    Case.objects.filter(pk=case.pk).update(
        status=Status.RISK_CLEARED, cleared_on=datetime.date(2021, 10, 20)
    )
    again = case_in(Status.SCREENED, household=case.household, previous_case=case)
    told = booklet.content(loaded(again)).body
    assert "再识别：上一次2021年3月30日审定，2021年10月20日认定风险消除" in told


def nothing_is_empty(body: str) -> bool:
    """Every box holds words, and every section more than its heading and places to sign."""
    tree = markup.fragment_fromstring(body, create_parent="div")
    assert [cell for cell in tree.iter("td", "th", "li") if not cell.text_content().strip()] == []
    for section in tree.findall("section")[2:]:
        told = [e for e in section if e.tag not in ("h2", "h3") and e.get("class") != "bk-sign"]
        assert any(e.text_content().strip() for e in told), section.findtext("h2")
    return True


def test_boxes_of_claims_relief_visits_and_clearing_are_never_empty():
    case = rich_case()
    for state in InsuranceClaim.State.values:
        InsuranceClaimFactory(household=case.household, state=state, description="", cause=state)
    for state in ReliefRequest.State.values:
        ReliefRequestFactory(household=case.household, state=state, description="", risk=state)
    ReliefRequestFactory(household=case.household, state="paid", is_ahead=True, risk="因灾")
    VisitFactory(case=case, findings={}, visitors="", opinion="")

    found = booklet.content(loaded(case))

    assert nothing_is_empty(found.body)
    assert "风险消除条件核对" in found.body
    assert found.missing == ["有已付款的措施、理赔或救助没有印证材料", "先行救助尚未补办审批"]


def test_help_by_money_alone_and_help_for_one_who_died_are_named():
    case = rich_case()
    post = case.measures.get(kind="public_post")
    elder = case.household.members.last()
    Measure.objects.filter(pk=post.pk).update(person=elder)
    Person.objects.filter(pk=elder.pk).update(
        is_active=False, left_on=clock.today(), left_reason="死亡"
    )
    found = booklet.content(loaded(case)).missing
    assert found == ["有措施的受益人已去世或迁出，请取消或另行安排"]
    post.delete()
    found = booklet.content(loaded(case)).missing
    assert found == ["有劳动力，没有开发式帮扶措施，也没有写明原因"]


def test_a_monitored_household_without_cover_is_named_when_asked():
    assert "本年度没有登记防贫保参保，请县级核对" in booklet.missing(
        loaded(case_in(Status.MONITORED))
    )


def test_the_preview_masks_id_numbers_and_the_paper_does_not():
    case = loaded(rich_case())
    number = booklet.presenters.opened_id(case.household.family[0].id_cipher)

    assert number in booklet.content(case).body
    assert number not in booklet.content(case, is_masked=True).body


def test_an_unchanged_booklet_is_not_printed_again(monkeypatch):
    case = rich_case()
    first = booklets.current(booklet.content(loaded(case)))
    monkeypatch.setattr(booklets, "print_pdf", None)  # printing again would fail

    with clock.at(moment(25, month=11)):
        again = booklets.current(booklet.content(loaded(case)))

    assert again.pk == first.pk
    assert first.page_count == len(PdfReader(first.file.open("rb")).pages)
    assert "一户一册" in text_of(first.file.open("rb").read())


# A day later, the next month, past the six months of 四（六）, past the cover's year, past the next line.
@pytest.mark.parametrize("days", [1, 31, 62, 100, 400])
def test_the_calendar_alone_changes_no_word_of_a_booklet(days):
    case = rich_case()
    Case.objects.filter(pk=case.pk).update(identified_on=datetime.date(2021, 5, 30))
    case.measures.filter(kind="public_post").update(due_on=datetime.date(2021, 10, 25))
    InsuranceClaimFactory(household=case.household)
    ReliefRequestFactory(household=case.household)
    ReliefRequestFactory(household=case.household, risk="因灾", state="paid", is_ahead=True)
    VisitFactory(case=case, purpose="HELP", next_on=datetime.date(2021, 10, 30))
    poor = case_in(Status.MONITORED, identified_on=datetime.date(2021, 9, 30))  # lacks everything
    before = {one.case.pk: one.content_hash for one in booklet.contents(Case.objects.all())}

    with clock.at(clock.now() + datetime.timedelta(days=days)):
        after = {one.case.pk: one.content_hash for one in booklet.contents(Case.objects.all())}

    assert before.keys() == {case.pk, poor.pk}
    assert after == before


def test_the_months_of_clearing_are_told_by_their_day_until_recognition():
    """Met or not would change by the calendar; the day does not (四（六）)."""
    case = rich_case()

    assert "<td>2021-09-30起满足</td>" in booklet.content(loaded(case)).body
    with clock.at(moment(29, month=9)):
        assert "<td>2021-09-30起满足</td>" in booklet.content(loaded(case)).body
    Case.objects.filter(pk=case.pk).update(
        status=Status.RISK_CLEARED, cleared_on=datetime.date(2021, 10, 20)
    )
    change = StatusChangeFactory(case=case, step="clear_risk", target=Status.RISK_CLEARED)
    keep_conditions(changes=[change], by=change.by)
    told = booklet.content(loaded(case)).body
    assert "起满足" not in told
    assert "2021-09-30 满 6 个月" in told


def test_a_changed_booklet_is_the_next_version_and_the_old_one_is_kept():
    case = rich_case()
    first = booklets.current(booklet.content(loaded(case)))
    Case.objects.filter(pk=case.pk).update(remark="已改善")

    second = booklets.current(booklet.content(loaded(case)))

    assert (first.version, second.version) == (1, 2)
    assert Booklet.objects.filter(case=case).count() == 2
    assert "第 2 版" in text_of(second.file.open("rb").read())


def test_a_lost_file_is_printed_again():
    case = rich_case()
    first = booklets.current(booklet.content(loaded(case)))
    first.file.storage.delete(first.file.name)

    second = booklets.current(booklet.content(loaded(case)))

    assert second.file.storage.exists(second.file.name)


@pytest.mark.django_db(transaction=True)
def test_many_are_printed_by_two_processes_and_a_second_run_prints_none():
    cases = [case_in(Status.MONITORED) for _ in range(3)]
    told = []

    first = booklets.print_many(
        Case.objects.all(), progress=lambda done, total: told.append((done, total))
    )
    second = booklets.print_many(Case.objects.all())

    assert (first.asked, first.printed) == (3, 3)
    assert (second.asked, second.printed) == (3, 0)
    assert told[-1] == (3, 3)
    assert Booklet.objects.count() == len(cases)


@pytest.mark.django_db(transaction=True)
def test_a_killed_run_goes_on_where_it_stopped():
    for _ in range(5):
        case_in(Status.MONITORED)

    class KilledHere(Exception):
        pass

    def killed_after_two(done, total):
        if Booklet.objects.count() >= 2:
            raise KilledHere

    with pytest.raises(KilledHere):
        booklets.print_many(Case.objects.all(), progress=killed_after_two)
    kept = Booklet.objects.count()
    rest = booklets.print_many(Case.objects.all())

    assert kept >= 2
    assert rest.printed == 5 - kept
    assert Booklet.objects.count() == 5


@pytest.mark.parametrize("count", [2, 8])
def test_queries_do_not_grow_with_booklets(count, django_assert_num_queries):
    for _ in range(count):
        case_in(Status.MONITORED)
    list(booklet.contents(Case.objects.all()))  # code tables are remembered

    with django_assert_num_queries(24):
        assert len(list(booklet.contents(Case.objects.all()))) == count


def test_without_a_chinese_font_nothing_is_printed_and_the_remedy_is_named(monkeypatch):
    monkeypatch.setattr(pdf, "has_font", lambda: False)

    with pytest.raises(pdf.FontMissing, match="fonts-noto-cjk"):
        booklets.current(booklet.content(loaded(case_in(Status.MONITORED))))
    assert not Booklet.objects.exists()


def test_a_document_cannot_fetch_anything():
    with Press() as press:
        content, pages = press.print('<p>甲<img src="file:///etc/passwd"></p>', [])
        assert (content[:5], pages) == (b"%PDF-", 1)
        assert b"root:" not in content


def test_a_press_that_died_says_so_and_the_next_order_gets_a_new_one():
    with Press() as press:
        press.print("<p>甲</p>", [])
        press.child.kill()
        press.child.wait()
        assert press.print("<p>乙</p>", [])[1] == 1
        press.child.stdin.close()
        with pytest.raises((PrintFailed, ValueError)):
            press.print("<p>丙</p>", [])


def test_a_booklet_that_leaves_is_an_event():
    case = case_in(Status.MONITORED)
    area_at(COUNTY)

    booklets.record_one(case, 1, by=county_officer())

    event = Event.objects.filter(kind="booklet_exported").get()
    assert (event.object_id, event.area_code) == (str(case.pk), VILLAGE)
