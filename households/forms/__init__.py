"""Shapes of the pages' input; no rules."""

from households.forms.household import (
    AreaForm,
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
    MergeForm,
    NewHeadForm,
    NewPersonForm,
    PersonForm,
    SplitForm,
    UnnumberedPersonForm,
    relations_of,
)

__all__ = [
    "AreaForm",
    "MergeForm",
    "SplitForm",
    "relations_of",
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
    "UnnumberedPersonForm",
]
