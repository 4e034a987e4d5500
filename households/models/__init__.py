"""The register: households, their members and facts; everything else points here."""

from households.models.doubt import DoubtAnswer, DoubtCount
from households.models.facts import Income, NaturalChange, Safeguard
from households.models.household import Household
from households.models.person import Person
from households.models.register_import import ImportRow, RegisterImport

__all__ = [
    "DoubtAnswer",
    "DoubtCount",
    "Household",
    "ImportRow",
    "Income",
    "NaturalChange",
    "Person",
    "RegisterImport",
    "Safeguard",
]
