"""Each promise of docs/threats.md and each fault the suite proves names its tests, and these exist."""

import ast
import re

import pytest
from django.conf import settings

pytestmark = pytest.mark.same_everywhere

DOCS = settings.BASE_DIR / "docs"
TEXT = (DOCS / "threats.md").read_text()
PROMISED = TEXT[TEXT.index("## Promised") : TEXT.index("## Not promised")]
ROWS = [line for line in PROMISED.splitlines() if line.startswith("| ") and not line.startswith("| promise")]
WITHSTOOD = (DOCS / "operations.md").read_text().partition("The suite itself")[2]
ROWS += [line for line in WITHSTOOD.splitlines() if line.startswith("| F")]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:60])
def test_a_promise_names_tests_that_exist(row):
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row.split("|")[-2])
    assert named
    for path, name in named:
        tree = ast.parse((settings.BASE_DIR / path).read_text())
        assert name in {part.name for part in tree.body if isinstance(part, ast.FunctionDef)}, path
