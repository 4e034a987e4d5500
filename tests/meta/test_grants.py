"""Grants are written in one place and read in one place (code_style 2.8)."""

import ast
import re
from pathlib import Path

from django.conf import settings

from qingfeng_monitor.urls import APPS

WRITER = "accounts/actions/posts.py"
READER = "accounts/access.py"
TESTS_OF_GRANTS = "accounts/tests/test_actions.py"
TABLES = re.compile(r"(?:guardian_)?(?:user|group)objectpermission")


def sources():
    for app in (*APPS, "demo", "qingfeng_monitor"):
        yield from sorted((Path(settings.BASE_DIR) / app).rglob("*.py"))


def imported(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    if "guardian" not in text:  # reading every file's grammar takes seconds
        return set()
    tree = ast.parse(text)
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def test_guardian_is_spoken_to_in_one_file_only():
    speakers = {
        str(path.relative_to(settings.BASE_DIR))
        for path in sources()
        if any(name.startswith("guardian") for name in imported(path))
    }
    assert speakers == {WRITER, TESTS_OF_GRANTS}


def test_the_writer_leaves_guardians_tables_to_guardian():
    names = imported(Path(settings.BASE_DIR) / WRITER)
    assert not {name for name in names if name.startswith("guardian.models")}


def test_guardians_tables_are_read_by_one_statement_of_one_file():
    """Neither by their names in SQL nor by guardian's way back from a person or permission."""
    named = {
        str(path.relative_to(settings.BASE_DIR)): len(found)
        for path in sources()
        if (found := TABLES.findall(path.read_text(encoding="utf-8")))
    }
    assert named == {READER: 1}


def test_nobody_asks_djangos_global_permissions():
    """user.has_perm would answer by guardian's backend without asking the term of the post."""
    asking = [
        str(path.relative_to(settings.BASE_DIR))
        for path in sources()
        if ".has_perm(" in path.read_text(encoding="utf-8")
    ]
    assert asking == []
