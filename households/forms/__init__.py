"""Shapes of the pages' input; no rules."""

from households.forms.household import (
    HouseholdFilterForm,
    HouseholdForm,
    IncomeForm,
    NewHouseholdForm,
    RegisterFileForm,
    RevealForm,
    SafeguardForm,
)
from households.forms.people import (
    ArrivalForm,
    DepartureForm,
    NewHeadForm,
    NewPersonForm,
    PersonForm,
)

__all__ = [
    "ArrivalForm",
    "DepartureForm",
    "HouseholdFilterForm",
    "HouseholdForm",
    "IncomeForm",
    "NewHeadForm",
    "NewHouseholdForm",
    "NewPersonForm",
    "PersonForm",
    "RegisterFileForm",
    "RevealForm",
    "SafeguardForm",
]
