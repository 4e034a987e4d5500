"""防贫保 and 救助 that wait for whoever handles them: 及时出险、及时理赔 (五（二）), 应助尽助 (五（三）)."""

from assistance.models import InsuranceClaim, ReliefRequest
from assistance.relief import desk
from portal.homes import links
from portal.homes.pieces import Task, waiting


def questions(inside) -> dict:
    """What waits at households `inside` an area, to be counted beside the page's other counts."""
    return {
        "claims": InsuranceClaim.objects.open().filter(inside),
        "reliefs": ReliefRequest.objects.open().filter(inside),
    }


def tasks(found: dict[str, int]) -> list[Task]:
    """One task for each that waits; nothing when nothing does."""
    asked = (
        waiting(
            found.get("claims", 0), "件未办结", "办理防贫保理赔", links.to("claim_list"),
            hint="村里报的案，查勘、赔付或写明不予理赔的原因", action="去办理",
        ),
        waiting(
            found.get("reliefs", 0), "笔未办结", "审批、发放救助", links.to("relief_list"),
            hint="村里申请的临时救助、兜底救助；先行帮扶的补办批准", action="去办理",
        ),
    )  # fmt: skip
    return [task for task in asked if not task.is_done]


def at_desk(user) -> list[Task]:
    """The same for a clerk of the department that handles 防贫保 or 救助."""
    rows = {"claims": InsuranceClaim, "reliefs": ReliefRequest}
    desks = {"claims": desk.INSURANCE, "reliefs": desk.RELIEF}
    return tasks(
        {
            key: model.objects.visible_to(user).open().count()
            for key, model in rows.items()
            if desk.county_of(user, desks[key])
        }
    )
