"""How screening says no: one Chinese sentence naming what, why and the remedy."""


class LeadRefused(Exception):
    """The rule says no; `str(error)` is shown to the user as it is."""


class AlreadyReceived(LeadRefused):
    """The same file came before in this month; `lead_file` is the one there is."""

    def __init__(self, lead_file):
        at = lead_file.received_at.astimezone().strftime("%Y-%m-%d %H:%M")
        super().__init__(
            f"这份文件 {at} 已经报送过（{lead_file.name}），没有重复接收；有改动请改好后再传"
        )
        self.lead_file = lead_file
