"""A new workbook without the worked case: blank to fill in, whole in everything else."""

import pytest

from addin.headless.calculate import calculate
from addin.headless.workbook import Workbook
from addin.templates import new_workbook
from tests.templates.every import WITH_CASE, emptied, errors, named, shipped
from workbook_templates import TEMPLATES
from workbook_templates.emptying import ALWAYS_KEPT, inputs, is_policy, to_fill_in
from workbook_templates.errors import NoCaseError
from workbook_templates.portfolio.layout import CAPITAL_OF_THE_CASE


def kept(name, book):
    """The places of inputs that the template declares to stay."""
    names = {*TEMPLATES[name].keeps, *ALWAYS_KEPT} & set(book.defined_names)
    places = [book.defined_names[one].destinations for one in names]
    return {
        (sheet, cell.coordinate)
        for found in places
        for sheet, area in found
        for row in _rows(book[sheet][area.replace("$", "")])
        for cell in row
    }


def _rows(found):
    return found if isinstance(found, tuple) else ((found,),)


def filled(name, book):
    """The input cells outside policy that hold a constant and were not declared to stay."""
    stay = kept(name, book)
    return [
        (sheet.title, cell.coordinate)
        for sheet in to_fill_in(book)
        for cell in inputs(sheet)
        if cell.value not in (None, 0) and cell.data_type != "f"
        if (sheet.title, cell.coordinate) not in stay
    ]


@pytest.mark.parametrize(("name", "lang"), WITH_CASE)
def test_no_input_is_left(name, lang):
    assert filled(name, emptied(name, lang, values=False)) == []


@pytest.mark.parametrize(("name", "lang"), WITH_CASE)
def test_nothing_shows_an_error(name, lang):
    assert errors(emptied(name, lang, values=True)) == []


@pytest.mark.parametrize(("name", "lang"), WITH_CASE)
def test_the_check_is_zero(name, lang):
    assert named(emptied(name, lang, values=True), "check_total") == 0


@pytest.mark.parametrize(("name", "lang"), WITH_CASE)
def test_policy_and_sheets_stay(name, lang):
    full, empty = shipped(name, lang, values=False), emptied(name, lang, values=False)
    assert full.sheetnames == empty.sheetnames
    for mine, theirs in zip(full, empty, strict=True):
        if is_policy(mine):
            assert [_policy(row) for row in mine if not _formula(row)] == [
                _policy(row) for row in theirs if not _formula(row)
            ]


def _formula(row):
    return any(cell.data_type == "f" for cell in row)


def _policy(row):
    """The cells of a row without the bank's own capital, which stands left of its name."""
    values = [cell.value for cell in row]
    own = [place - 1 for place, value in enumerate(values) if value in CAPITAL_OF_THE_CASE]
    return [value for place, value in enumerate(values) if place not in own]


def test_a_template_of_examples_has_no_case_to_leave_out(tmp_path):
    path = tmp_path / "mine.xlsx"
    with pytest.raises(NoCaseError, match="function_examples has no worked case to leave out"):
        new_workbook("function_examples", path, without_case=True)
    assert not path.exists()


def test_what_is_filled_in_by_hand_counts(tmp_path, lang):
    path = new_workbook("portfolio", tmp_path / "mine.xlsx", lang=lang, without_case=True)
    book, case = Workbook.open(path), Workbook.open(new_workbook("portfolio", tmp_path, lang=lang))
    for place, last in (("customers", 30), ("loans", 20)):
        title = {
            "customers": {"en": "Customers", "zh": "客户"},
            "loans": {"en": "Loans", "zh": "贷款"},
        }
        sheet = title[place][lang]
        rows = case.sheet(sheet).values(7, 2, 9, last)
        book.sheet(sheet).set_values(7, 2, rows)
    assert calculate(book).uncomputed == []
    text = next(one.text for one in book.names if one.name == "total_customers")
    sheet, _, cell = text.rpartition("!")
    column, row = ord(cell.split("$")[1]) - 64, int(cell.split("$")[2])
    assert book.sheet(sheet.strip("'")).value(row, column) == 3
