"""Every template keeps the rules that ``creditcells check`` holds any workbook to."""

import pytest

from addin.check import check_file
from tests.templates.every import EVERY, shipped_path


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_check_finds_nothing(name, lang):
    findings = check_file(shipped_path(name, lang))
    assert [(f.sheet, f.cell, f.text()) for f in findings] == []
