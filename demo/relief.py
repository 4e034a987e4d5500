"""防贫保 and 救助 of the demo county in every state, through the application's own actions (五（二）, 五（三）)."""

import datetime
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from accounts.models import User
from assistance.proofs import stored
from assistance.relief import actions
from assistance.relief.models import InsuranceCover, ReliefRequest
from audit import clock
from demo.month import Line, Month

Kind = ReliefRequest.Kind


def insure(line: Line) -> None:
    """The county insures who came onto the register since the last time."""
    today = clock.today()
    actions.enrol(
        county=line.county, group=InsuranceCover.Group.REGISTER, year=today.year, starts_on=today,
        by=line.leading_group,
    )  # fmt: skip


def paper(name: str, *, village, by) -> list:
    """A scan that shows nothing of anybody: lines and a red seal."""
    picture = Image.new("RGB", (600, 800), "white")
    draw = ImageDraw.Draw(picture)
    for height in range(120, 640, 40):
        draw.line((60, height, 540, height), fill="gray", width=2)
    draw.ellipse((380, 620, 520, 760), outline="red", width=6)
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return stored([SimpleUploadedFile(name, out.getvalue())], village=village, by=by)


def claims(walk: Month, line: Line, cases) -> None:
    """One claim waiting for its inspection, one for the money, one paid, one refused."""
    stages = {
        "reported": ("traffic", "骑电动车被撞，左臂骨折，住院治疗"),
        "inspected": ("fire", "厨房失火，烧毁灶房一间"),
        "paid": ("disaster", "连日大雨，院墙和储粮受损"),
        "refused": ("other", "家中电器损坏"),
    }
    for case, (stage, (cause, description)) in zip(cases, stages.items(), strict=False):
        village = case.village
        with walk.on(4):
            claim = actions.report_claim(
                household=case.household, happened_on=clock.today() - datetime.timedelta(days=2),
                cause=cause, description=description, by=line.cadre,
                proofs=paper("现场照片.jpg", village=village, by=line.cadre),
            )  # fmt: skip
        if stage == "reported":
            continue
        with walk.on(8):
            if stage == "refused":
                actions.refuse_claim(
                    claim=claim, refused_on=clock.today(), by=line.county_office,
                    reason="不是灾害或突发事故造成的，不在保险责任内",
                )  # fmt: skip
                continue
            actions.inspect_claim(
                claim=claim, inspected_on=clock.today(), inspector="承保公司李查勘", by=line.county_office,
                finding="到户查看，情况属实", amount_claimed=4800,
            )  # fmt: skip
        if stage == "paid":
            with walk.on(12):
                actions.pay_claim(
                    claim=claim, paid_on=clock.today(), amount_paid=4500, by=line.county_office,
                    proofs=paper("赔付转账单.jpg", village=village, by=line.county_office),
                )  # fmt: skip


def requests(walk: Month, line: Line, cases, clerk: User) -> None:
    """One request waiting, one approved, one paid, one refused, one given ahead of its procedure."""
    stages = {
        "requested": (Kind.EXPENSE, "孩子上大学，学费生活费一时凑不齐", "因学"),
        "approved": (Kind.FLOOR, "主要劳动力去世，家庭没有稳定收入", "缺劳动力"),
        "paid": (Kind.EXPENSE, "住院自付费用高，生活暂时困难", "因病"),
        "refused": (Kind.EXPENSE, "想购置农机", "其他"),
        "ahead": (Kind.URGENT, "突发脑梗住院，急需押金", "因病"),
    }
    for case, (stage, (kind, description, risk)) in zip(cases, stages.items(), strict=False):
        village = case.village
        with walk.on(5):
            relief = actions.request_relief(
                household=case.household, kind=kind, risk=risk, description=description,
                requested_on=clock.today(), is_ahead=stage == "ahead", by=line.cadre,
            )  # fmt: skip
        with walk.on(9):
            if stage == "refused":
                actions.refuse_relief(
                    relief=relief, refused_on=clock.today(), by=line.reviewer,
                    reason="购置农机请申请产业奖补，不属于临时救助",
                )  # fmt: skip
            if stage in ("approved", "paid"):
                is_floor = kind == Kind.FLOOR
                actions.approve_relief(
                    relief=relief, level="county" if is_floor else "township", by=clerk if is_floor else line.reviewer,
                    approved_on=clock.today(), amount_approved=530 if is_floor else 2000,
                    protection="低保" if is_floor else "",
                )  # fmt: skip
            if stage == "ahead":
                actions.pay_relief(
                    relief=relief, paid_on=clock.today(), amount_paid=1500, by=line.reviewer
                )
        if stage == "paid":
            with walk.on(12):
                actions.pay_relief(
                    relief=relief, paid_on=clock.today(), amount_paid=2000, by=line.reviewer,
                    proofs=paper("临时救助发放表.jpg", village=village, by=line.reviewer),
                )  # fmt: skip
