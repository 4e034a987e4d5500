"""Claims and requests in words, for pages and the booklet."""

from assistance.relief import rules
from assistance.relief.models import InsuranceClaim, ReliefRequest
from policy import codes


def claim_timeline(claim: InsuranceClaim) -> list[rules.StepDays]:
    """出险, 报案, 查勘, 赔付 or refusal, with the days each took (五（二）)."""
    last = ("不予理赔", claim.refused_on) if claim.refused_on else ("赔付到账", claim.paid_on)
    return rules.timeline(
        ("出险", claim.happened_on),
        ("报案", claim.reported_on),
        ("查勘", claim.inspected_on),
        last,
    )


def relief_timeline(relief: ReliefRequest) -> list[rules.StepDays]:
    """申请, 批准, 发放 in the order in which they happened; 先行帮扶 is paid first."""
    approved, paid = ("批准", relief.approved_on), ("发放", relief.paid_on)
    if relief.refused_on:
        return rules.timeline(("申请", relief.requested_on), ("不予救助", relief.refused_on))
    is_first = relief.is_ahead and (
        relief.approved_on is None
        or (relief.paid_on is not None and relief.paid_on <= relief.approved_on)
    )
    steps = [("先行发放", relief.paid_on), ("补办批准", relief.approved_on)]
    return rules.timeline(("申请", relief.requested_on), *(steps if is_first else [approved, paid]))


def claim_steps(claim) -> list[dict]:
    """The timeline as the step line of the page wants it."""
    return _steps(claim_timeline(claim))


def relief_steps(relief) -> list[dict]:
    """The timeline as the step line of the page wants it."""
    return _steps(relief_timeline(relief))


def _steps(timeline) -> list[dict]:
    found, is_here_shown = [], False
    for step in timeline:
        if step.on:
            took = f"，历时 {step.days} 天" if step.days is not None else ""
            found.append({"label": step.label, "state": "done", "note": f"{step.on}{took}"})
        else:
            found.append({"label": step.label, "state": "todo" if is_here_shown else "here"})
            is_here_shown = True
    return found


def claim_facts(claim) -> list[tuple[str, object]]:
    """What is known of a claim, for a definition list."""
    facts = [
        ("出险原因", codes.label("insurance_cause", claim.cause)),
        ("当事人", claim.person.name if claim.person_id else "全户"),
        ("出险情况", claim.description),
        ("保险期", f"{claim.cover.starts_on} 至 {claim.cover.ends_on}"),
    ]
    if claim.inspected_on:
        facts += [
            ("查勘人", claim.inspector),
            ("查勘情况", claim.finding),
            ("申请理赔金额", f"{claim.amount_claimed:,.2f} 元"),
        ]
    if claim.amount_paid is not None:
        facts.append(("赔付金额", f"{claim.amount_paid:,.2f} 元，已计入理赔收入"))
    if claim.refused_reason:
        facts.append(("不予理赔原因", claim.refused_reason))
    return facts


def relief_facts(relief) -> list[tuple[str, object]]:
    """What is known of a request, for a definition list."""
    facts = [
        ("救助类型", relief.get_kind_display()),
        ("困难原因", codes.label("risk", relief.risk)),
        ("当事人", relief.person.name if relief.person_id else "全户"),
        ("困难情况", relief.description),
    ]
    if relief.approved_on:
        kept = f"，纳入{relief.protection}" if relief.protection else ""
        facts.append(
            ("批准", f"{relief.get_level_display()}，{relief.amount_approved:,.2f} 元{kept}")
        )
    if relief.amount_paid is not None:
        facts.append(("发放金额", f"{relief.amount_paid:,.2f} 元"))
    if relief.refused_reason:
        facts.append(("不予救助原因", relief.refused_reason))
    return facts
