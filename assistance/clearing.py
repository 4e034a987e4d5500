"""The clearing conditions of many cases, and the guard that keeps a red one from passing (四（六）)."""

from assistance import rules
from assistance.clearing_facts import LABOUR_SKILLS, of_cases
from workflow.guards import guard
from workflow.models import Case

__all__ = ["LABOUR_SKILLS", "conditions", "red_conditions"]


def conditions(cases: list[Case]) -> dict[int, list[rules.Condition]]:
    """Every clearing condition of these cases today, green or red, with its fact, by case id."""
    return {pk: rules.clearing_conditions(facts) for pk, facts in of_cases(cases).items()}


@guard("propose_clearing")
@guard("endorse_clearing")
@guard("clear_risk")
def red_conditions(cases: list[Case]) -> dict[int, list[str]]:
    """Why the risk of a case cannot be recognised as cleared yet; a case that can be is absent."""
    found = {pk: rules.unmet(checked) for pk, checked in conditions(cases).items()}
    return {pk: reasons for pk, reasons in found.items() if reasons}
