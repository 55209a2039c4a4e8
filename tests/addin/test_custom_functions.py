"""Cells of Office.js: what xlwings does not translate, and what only Office.js has."""

import contextvars

import pytest
import xlwings

import udfs
from addin import custom_functions
from udfs import last_errors
from udfs.errors import CellError


def answer(name, *cells, lang="en"):
    return [list(row) for row in custom_functions.answer(udfs.FUNCTIONS[name], cells, lang)]


class Null:
    """What an empty cell is in newer versions of Pyodide."""


@pytest.mark.parametrize(
    ("cell", "grade"),
    [
        (0.0018, "A"),
        ({"type": "Double", "basicValue": 0.0018, "basicType": "Double"}, "A"),
        ({"type": "FormattedNumber", "basicValue": 0.0018, "numberFormat": "0.00%"}, "A"),
        ({"type": "Error", "basicValue": "#N/A", "errorType": "NotAvailable"}, "#N/A"),
        ({"type": "Entity", "basicValue": "#VALUE!", "text": "a stock"}, "#VALUE!"),
        ({"type": "Error"}, "#VALUE!"),
        ({"type": "Double", "basicValue": [0.0018]}, "#VALUE!"),
        ({}, "#VALUE!"),
        ("", None),
        (None, None),
        (Null(), None),
    ],
)
def test_every_kind_of_cell_is_understood(cell, grade, monkeypatch):
    monkeypatch.setattr(custom_functions, "_NULL", Null)
    monkeypatch.setattr(custom_functions, "_ONLY_OFFICE", {dict, Null})
    expected = [["A"], [grade]]
    assert answer("CR_PD2GRADE", [[0.0018], [cell]]) == expected
    assert answer("CR_PD2GRADE", [0.0018, cell]) == [["A", grade]]


def test_errors_that_xlwings_would_hand_on_as_text_are_errors_of_office():
    assert answer("CR_PD2GRADE", [[0.0018], ["#SPILL!"]])[1] == [
        {"type": "Error", "errorType": "Spill"}
    ]


@pytest.mark.parametrize(
    ("lang", "reason"), [("en", "pd: 'n/a' is not a number."), ("zh", "pd：'n/a' 不是数字。")]
)
def test_a_single_value_error_tells_its_reason(lang, reason):
    with pytest.raises(xlwings.XlwingsError) as raised:
        answer("CR_PD2GRADE", "n/a", lang=lang)
    assert str(raised.value) == reason


def test_other_errors_stay_errors_of_their_own():
    assert answer("CR_PD2GRADE", "#DIV/0!") == [["#DIV/0!"]]


def test_messages_kept_apart_are_nobody_elses():
    last_errors.forget()
    apart = contextvars.copy_context()
    apart.run(last_errors.keep_apart)
    apart.run(udfs.call, "CR_PD2GRADE", "secret")
    assert last_errors.recent() == []
    assert "secret" in apart.run(last_errors.recent)[0].text("en")
    udfs.call("CR_PD2GRADE", "known")
    assert "known" in last_errors.recent()[0].text("en")
    assert last_errors.recent()[0].error == CellError("#VALUE!")
