"""How the sheet says no: one Chinese sentence naming what, why and the remedy."""


class SheetRefused(Exception):
    """The rule says no; `str(error)` is shown to the user as it is."""
