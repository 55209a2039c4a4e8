"""From the ribbon's VBA to the action: the statement that Excel has Python execute."""

import re

import openpyxl
import pytest
import xlwings
from fake_dialogs import FakeDialogs

from addin.desktop import actions
from addin.desktop.ribbon_code import ribbon_module
from addin.headless.engine import open_book

EXEC = re.compile(r"""python\.Exec "(?P<start>[^"]*)" & control\.ID & "(?P<middle>[^"]*)" & """
                  r"""IIf\(InChinese\(\), "zh", "en"\) & "(?P<end>[^"]*)"\n""")  # fmt: skip


@pytest.fixture
def dialogs(tmp_path, monkeypatch):
    """Excel's dialogs, which a person answers who wants nothing, over a workbook that calls."""
    path = tmp_path / "book.xlsx"
    openpyxl.Workbook().save(path)
    fake = FakeDialogs()
    fake.languages = []

    def shown(app, lang):
        assert app.books.active.name == "book.xlsx"
        fake.languages.append(lang)
        return fake

    monkeypatch.setattr(actions, "ExcelDialogs", shown)
    monkeypatch.setattr(xlwings.Book, "_mock_caller", open_book(path), raising=False)
    return fake


def statement(button, lang):
    found = EXEC.search(ribbon_module().source)
    return f"{found['start']}{button}{found['middle']}{lang}{found['end']}"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("button", actions.ACTIONS)
def test_statement_of_a_button_runs_its_action(dialogs, monkeypatch, button, lang):
    ran = []
    monkeypatch.setitem(
        actions.ACTIONS, button, lambda book, _, said: ran.append((book.name, said))
    )
    exec(statement(button, lang), {})  # noqa: S102 - it is what Excel has Python do
    assert ran == [("book.xlsx", lang)]
    assert dialogs.languages == [lang]


def test_what_the_action_tells_reaches_the_person(dialogs):
    exec(statement("show_help", "zh"), {})  # noqa: S102 - likewise
    assert "函数浏览" in dialogs.message
