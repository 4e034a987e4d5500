"""Refusals of the register: one Chinese sentence naming what, why and the remedy."""


class Refused(Exception):
    """The register refuses a change; `str(error)` is shown to the user as it is."""


class Stale(Refused):
    """Someone else changed the row since the form was opened; nothing was written.

    `current` is the row as it is now, so that the page can show both values.
    """

    def __init__(self, current):
        at = current.updated_at.astimezone().strftime("%H:%M")
        super().__init__(
            f"“{current}”的资料在{at}已被别人改过，您的修改没有保存，请对照下面两种内容后再保存"
        )
        self.current = current


class TooMany(Refused):
    """A limit per hour is reached."""
