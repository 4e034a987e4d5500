"""A lead kind's columns, as data, turned into what the reader looks for."""

from jobs.workbooks.columns import Column

ID, NAME, DATE = "id", "name", "date"
PLACES = ("township", "village")
TYPES = (NAME, ID, *PLACES, "text", "amount", DATE, "yes_no")
# They say who it is, not what happened, so they are no facts of the lead.
IDENTITY = (NAME, ID, *PLACES)
# The rest of the product asks for them by these keys.
FIXED_KEYS = {NAME: "name", ID: "id_number", "township": "township", "village": "village"}


def columns_of(kind) -> tuple[Column, ...]:
    """The columns of a lead kind for `jobs.workbooks`."""
    return tuple(
        Column(
            column["key"],
            column["label"],
            tuple(column.get("synonyms", ())),
            bool(column.get("required")),
        )
        for column in kind.columns
    )


def amount_key(kind) -> str:
    """The column whose amount is compared with the line: the first required one, else the first."""
    amounts = [column for column in kind.columns if column["type"] == "amount"]
    required = [column for column in amounts if column.get("required")]
    return next((column["key"] for column in (*required, *amounts)), "")


def fact_labels(kind) -> dict[str, str]:
    """Labels of the columns that hold facts, by key."""
    return {c["key"]: c["label"] for c in kind.columns if c["type"] not in IDENTITY}
