"""What a column of an uploaded sheet means and by which titles it is known."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column a reader looks for.

    `key` is the name in code, `label` the official title, `synonyms` other titles in order
    of preference. Without a `required` column the file is refused.
    """

    key: str
    label: str
    synonyms: tuple[str, ...] = ()
    required: bool = False

    @property
    def titles(self):
        """All titles this column answers to, the best first."""
        return (self.label, *self.synonyms)
