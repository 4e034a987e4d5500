"""Matters and duty reports in words: what happened, in whose hands, how long already."""

from dataclasses import dataclass
from datetime import datetime, time

from audit import clock
from policy import parameters
from screening.duties import kinds, rules
from screening.duties.kinds import DEPARTMENT
from screening.models import Matter
from workflow.states import Category


def told(matter: Matter) -> str:
    """What was entered, in one line: 灯色红灯，项目…."""
    if matter.is_listed:
        category = matter.facts.get("category")
        return Category(category).label if category else ""
    return "，".join(str(value) for _, value in fact_lines(matter) if value)


def in_register(matter: Matter) -> str:
    """低保, 特困 or neither, as the register says now."""
    return matter.household.low_income_kind or "未享受低保、特困"


def fact_lines(matter: Matter) -> list[tuple[str, str]]:
    """Label and value of what was entered, in the order of the form."""
    kind = matter.of_kind
    lines = [(field.label, matter.facts.get(field.key, "")) for field in kind.fields]
    return [(kind.happened, f"{matter.happened_on}"), *lines] if kind.happened else lines


def outcome_words(matter: Matter) -> str:
    """未放贷：征信不符; for a task that names an area what the village found."""
    label = kinds.outcome_label(matter.kind, matter.outcome)
    return "：".join(filter(None, (label, matter.words)))


@dataclass(frozen=True)
class MatterLine:
    """A matter as lists show it."""

    matter: Matter

    @property
    def told(self) -> str:
        return told(self.matter)

    @property
    def answer(self) -> str:
        return outcome_words(self.matter)

    @property
    def register(self) -> str:
        """附件1-8: what there is to compare with."""
        compares = self.matter.of_kind.compares_register
        return f"档案登记：{in_register(self.matter)}" if compares else ""

    @property
    def differs(self) -> str:
        """附件1-8: where the department's answer and the register do not agree."""
        outcome = kinds.outcome_of(self.matter.kind, self.matter.outcome)
        if outcome is None or outcome.protects is None:
            return ""
        if outcome.protects == self.matter.household.low_income_kind:
            return ""
        return f"与档案不一致（档案登记：{in_register(self.matter)}），请村级核对"

    @property
    def holder(self) -> str:
        """县住建局办理, 村级办理, 已办结."""
        matter = self.matter
        if not matter.holder:
            return "已办结" if matter.of_kind.path else "已登记"
        if matter.holder == DEPARTMENT:
            return f"{matter.department.name}办理"
        return f"{matter.get_holder_display()}办理"

    @property
    def tone(self) -> str:
        if not self.matter.holder:
            return "good"
        return "late" if self.matter.is_overdue else "wait"

    @property
    def clock(self) -> str:
        """How long it has been so, or was until it was closed."""
        matter = self.matter
        if not matter.of_kind.path or matter.is_listed:
            return ""
        words = rules.elapsed(_since(matter), matter.closed_at or clock.now())
        return f"用时 {words}" if matter.closed_at else f"已 {words}"

    @property
    def late(self) -> str:
        """Reported late 附件1-6, past its time limit."""
        matter, found = self.matter, []
        if matter.of_kind.is_urgent and matter.happened_on and not matter.of_kind.has_area:
            hours = int(parameters.value("report_within_hours", county=matter.county_id))
            raised_on = clock.local(matter.raised_at).date()
            if rules.is_reported_late(matter.happened_on, raised_on, hours):
                found.append(f"迟报：{matter.happened_on:%m-%d} 发现，{raised_on:%m-%d} 上报")
        if matter.is_overdue:
            found.append("已超时")
        return "，".join(found)


def _since(matter) -> datetime:
    raised = clock.local(matter.raised_at)
    if matter.happened_on is None or matter.happened_on >= raised.date():
        return raised
    return datetime.combine(matter.happened_on, time(8), tzinfo=raised.tzinfo)
