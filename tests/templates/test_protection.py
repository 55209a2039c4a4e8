"""Formulas cannot be typed over by a slip, and everything that must be written can be."""

import pytest

from tests.templates.every import EVERY, shipped
from workbook_templates import TEMPLATES
from workbook_templates.emptying import inputs, is_policy


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_sheets_without_tables_and_policy_are_protected(name, lang):
    stay_open = TEMPLATES[name].stay_open
    for sheet in shipped(name, lang, values=False):
        is_open = bool(sheet.tables) or is_policy(sheet) or sheet.title in stay_open
        assert sheet.protection.sheet is not is_open, sheet.title


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_there_is_no_password(name, lang):
    for sheet in shipped(name, lang, values=False):
        assert sheet.protection.password is None
        assert sheet.protection.hashValue is None


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_inputs_are_unlocked_and_formulas_are_locked(name, lang):
    for sheet in shipped(name, lang, values=False):
        assert all(not cell.protection.locked for cell in inputs(sheet))
        formulas = [c for row in sheet.iter_rows() for c in row if c.data_type == "f"]
        assert [c.coordinate for c in formulas if not c.protection.locked] == []
