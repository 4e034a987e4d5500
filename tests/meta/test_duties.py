"""docs/duties.md: each duty of 附件1 names what carries it out and the test that shows it; both exist."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from accounts.seed import DEPARTMENTS
from jobs import registry
from ledgers import sheets
from policy.definitions import DEFINITIONS
from policy.tables import TABLES
from screening.duties.kinds import KINDS as MATTERS
from screening.kinds import KINDS as LEADS
from tests.meta.addresses import every_address

DOCUMENT = Path(settings.BASE_DIR) / "docs/duties.md"
NAMED = re.compile(r"`(page|lead|matter|ledger|job|parameter|measure):([\w.-]+)`")
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")


def sections() -> dict[str, list[list[str]]]:
    """Heading -> rows of its table: sentence, carried out by, tests."""
    found, heading = {}, ""
    for line in DOCUMENT.read_text("utf-8").splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
            found[heading] = []
        elif line.startswith("| ") and heading and not line.startswith("| 原文"):
            found[heading].append([cell.strip() for cell in line.strip("|").split("|")])
    return found


@pytest.fixture(scope="module")
def there() -> dict[str, set[str]]:
    return {
        "page": {address.name for address in every_address()},
        "lead": {f"{department}.{key}" for department, key, *_ in LEADS},
        "matter": set(MATTERS),
        "ledger": {ledger.key for ledger in sheets.every()},
        "job": set(registry.known()),
        "parameter": set(DEFINITIONS),
        "measure": {item.code for item in TABLES["measure_kind"]},
    }


def test_all_sixteen_departments_are_there_in_the_order_of_the_document():
    headings = [heading for heading in sections() if heading.startswith("附件1-")]
    wanted = [f"附件1-{n} {name}" for n, (_, name) in enumerate(DEPARTMENTS, start=1)]
    assert headings == wanted


def test_every_sentence_is_carried_out_by_something_that_exists(there):
    wrong = []
    for heading, rows in sections().items():
        assert rows, heading
        for sentence, carried, _ in rows:
            named = NAMED.findall(carried)
            if not named:
                wrong.append(f"{heading}: nobody carries out {sentence[:20]}")
            wrong += [
                f"{heading}: no {what} {key}" for what, key in named if key not in there[what]
            ]
    assert wrong == []


def test_every_sentence_is_shown_by_a_test_that_exists():
    functions, wrong = {}, []
    for heading, rows in sections().items():
        for sentence, _, tests in rows:
            named = TEST.findall(tests)
            if not named:
                wrong.append(f"{heading}: no test shows {sentence[:20]}")
            for path, name in named:
                if path not in functions:
                    functions[path] = _functions(Path(settings.BASE_DIR) / path)
                if name not in functions[path]:
                    wrong.append(f"{heading}: no {path}::{name}")
    assert wrong == []


def test_every_lead_kind_and_matter_has_its_sentence(there):
    told = {pair for rows in sections().values() for row in rows for pair in NAMED.findall(row[1])}
    wanted = {(what, key) for what in ("lead", "matter") for key in there[what]}
    assert wanted - told == set()


def _functions(path: Path) -> set[str]:
    if not path.exists():
        return set()
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
