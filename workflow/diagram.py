"""The procedure as a page of the documentation: a Mermaid diagram and the table it comes from."""

from workflow.states import Status
from workflow.transitions import GATE, HOLDER, STEPS, Evidence

EVIDENCE = {
    Evidence.VISIT: "走访记录",
    Evidence.MEETING: "会议结论",
    Evidence.LIST: "下级名单已上报",
    Evidence.UNREPORTED: "名单尚未上报",
}
HEAD = (
    "# 监测个案的状态与步骤\n\n"
    "由 `manage.py state_diagram` 从 `workflow/transitions.py` 生成，请勿手改。\n"
)


def page() -> str:
    """The whole page, ending with a newline."""
    return "\n".join([HEAD, *_mermaid(), "", *_states(), "", *_steps(), ""])


def _mermaid() -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> LEAD: 登记线索"]
    lines += [f"    {status.name}: {status.label}" for status in Status]
    lines += [
        f"    {step.source.name} --> {step.target.name}: {step.label}"
        for step in STEPS
        if step.key != "close"
    ]
    lines += ["    note right of CLOSED: 任何在办状态都可因自然减少办结", "```"]
    return lines


def _states() -> list[str]:
    rows = ["## 状态", "", "| 状态 | 代码 | 经办 | 期限 |", "|---|---|---|---|"]
    for status in Status:
        holder, gate = HOLDER[status], GATE.get(status)
        rows.append(
            f"| {status.label} | `{status.name}` | {holder.label if holder else '—'} "
            f"| {gate.label if gate else '—'} |"
        )
    return rows


def _steps() -> list[str]:
    rows = [
        "## 步骤",
        "",
        "| 从 | 步骤 | 代码 | 到 | 经办 | 依据 | 须有 | 意见、原因 | 权限 | 告知 |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for step in STEPS:
        words = ["意见"] if step.comment_required else []
        words += ["原因"] if step.reason_table else []
        cells = [
            step.source.label,
            step.label,
            f"`{step.key}`",
            step.target.label,
            step.level.label,
            step.clause or "—",
            "、".join(EVIDENCE[need] for need in step.needs) or "—",
            "、".join(words) or "—",
            "、".join(f"`{permission.name}`" for permission in step.permissions),
            "、".join(level.label for level in step.told) or "—",
        ]
        rows.append("| " + " | ".join(cells) + " |")
    return rows
