"""How assistance actions say no."""

CASE_GONE = "该户的线索刚刚由县扶贫办撤回，请返回列表查看。"


class AssistanceRefused(Exception):
    """A rule says no; the message is one Chinese sentence for the person who asked."""


class PlanStale(AssistanceRefused):
    """Somebody else wrote a newer version; `latest` is it, None when there is no plan at all."""

    def __init__(self, latest):
        self.latest = latest
        super().__init__("该计划刚被他人修改，请对照下面两份内容，改好后再保存。")
