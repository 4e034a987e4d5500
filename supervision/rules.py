"""When somebody is reminded, as pure decisions."""

from dataclasses import dataclass
from datetime import date

from workflow.states import Gate


@dataclass(frozen=True)
class Waiting:
    """How much of one kind waits in one area: `count` in all, `late` of them past the gate."""

    count: int
    late: int = 0


def is_time(gate_on: date, today: date, days_before: int) -> bool:
    """Is the gate near or past, so that a reminder helps? The month's four gates, 四（二）–（五）."""
    return (gate_on - today).days <= days_before


def line(what: str, unit: str, waiting: Waiting, gate_on: date, today: date) -> str:
    """One sentence of the daily sum: what, how many, by when."""
    text = f"{what}：{waiting.count} {unit}"
    if gate_on < today:
        return f"{text}，{gate_on.month}月{gate_on.day}日已到期，请尽快办理"
    words = "今天到期" if gate_on == today else f"{gate_on.month}月{gate_on.day}日前办完"
    late = f"（其中 {waiting.late} {unit}已逾期）" if waiting.late else ""
    return f"{text}{late}，{words}"


# What a level is reminded of at its gate, in its own words.
WORDS = {
    Gate.SCREENING: "线索待核实、排查",
    Gate.REVIEW: "待村级评议",
    Gate.RECHECK: "待乡镇复核",
    Gate.DETERMINATION: "待县级审定",
}
