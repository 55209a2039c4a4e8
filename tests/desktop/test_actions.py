"""Every button, on a workbook file in place of one that is open in Excel."""

import datetime as dt
import sqlite3

import openpyxl
import pandas as pd
import pytest
from fake_dialogs import FakeDialogs
from openpyxl.worksheet.table import Table
from test_excel_error import refusal

from addin.desktop import actions, open_book
from addin.desktop.actions import ACTIONS, perform
from addin.desktop.paths import backup_folder
from addin.errors import WorkbookError
from addin.headless.engine import open_book as open_file
from addin.templates import new_workbook
from addin.workbook_tools.places import host_of
from udfs.helpers.about import version
from workbook_templates.registry import TEMPLATES

LANGUAGES = ("en", "zh")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A user's folder of the test's own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("USERPROFILE", str(folder))
    return folder


@pytest.fixture
def path(tmp_path):
    """A small workbook: a formula of ours and one of Excel's, in and outside of a table."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Book 簿"
    sheet.append(["PD", "Grade", "Twice"])
    for pd_ in (0.0018, 0.03, None):
        sheet.append([pd_, "=CR_PD2GRADE(T[[#This Row],[PD]])", "=2*2"])
    sheet.add_table(Table(displayName="T", ref="A1:C4"))
    sheet["F2"] = "=[1]!CR_PD2GRADE(A2)"
    sheet["G2"] = "=1/0"
    file = tmp_path / "book.xlsx"
    made.save(file)
    return file


@pytest.fixture
def book(path):
    opened = open_file(path)
    opened.app.calculate()
    return opened


@pytest.fixture
def portfolio(tmp_path):
    return open_file(new_workbook("portfolio", tmp_path / "portfolio.xlsx"))


def press(button, book, lang="en", **answers):
    dialogs = FakeDialogs(**answers)
    perform(ACTIONS[button], book, dialogs, lang)
    return dialogs


def formulas(book):
    return {place.address: place.formula for place in host_of(book).places()}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", TEMPLATES)
def test_new_workbook_is_written_where_the_person_says_and_opened(
    book, tmp_path, monkeypatch, lang, name
):
    opened = []
    monkeypatch.setattr(type(book.app.books), "open", lambda _, file: opened.append(file))
    out = tmp_path / f"mine.{lang}.xlsx"
    dialogs = press(f"new_{name}", book, lang, new=out)
    assert opened == [out]
    assert out.read_bytes() == TEMPLATES[name].file(lang).read_bytes()
    assert dialogs.questions[0][0] == f"{name}.{lang}.xlsx"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_new_workbook_without_the_worked_case_is_that_of_the_command(
    book, tmp_path, monkeypatch, lang
):
    monkeypatch.setattr(type(book.app.books), "open", lambda _, file: file)
    out = tmp_path / "mine.xlsx"
    press("empty_tier_strategy", book, lang, new=out)
    wanted = tmp_path / "wanted.xlsx"
    new_workbook("tier_strategy", wanted, lang=lang, without_case=True)
    assert out.read_bytes() == wanted.read_bytes()
    assert out.read_bytes() != TEMPLATES["tier_strategy"].file(lang).read_bytes()


def test_new_workbook_is_never_written_over_a_file(book, path):
    before = path.read_bytes()
    assert "exists already" in press("new_portfolio", book, new=path).message
    assert path.read_bytes() == before


def test_new_workbook_may_be_given_up(book):
    assert press("new_portfolio", book).told == []


@pytest.mark.parametrize(("lang", "found"), [("en", "shows|show"), ("zh", "显示")])
def test_check_tells_every_finding_of_the_workbook_as_it_is_now(book, path, lang, found):
    before = path.read_bytes()
    book.sheets[0]["H2"].formula = "=NOW()"  # not saved
    message = press("check_workbook", book, lang).message
    assert "Book 簿!G2" in message
    assert "NOW" in message
    assert any(word in message for word in found.split("|"))
    assert path.read_bytes() == before


@pytest.mark.parametrize(("lang", "word"), [("en", "Nothing was found"), ("zh", "没有发现问题")])
def test_check_of_a_good_workbook_says_so(portfolio, lang, word):
    assert word in press("check_workbook", portfolio, lang).message


def test_check_tells_more_findings_than_fit_on_a_page(book):
    for row in range(2, 40):
        made = book.sheets.add(f"S{row}")
        made["A1"].formula = "=NOW()"
    assert press("check_workbook", book).message.count("NOW") == 38


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["old.xls", "binary.xlsb"])
def test_check_says_which_kinds_it_reads(book, monkeypatch, lang, name):
    monkeypatch.setattr(type(book), "name", name)
    message = press("check_workbook", book, lang).message
    assert name in message
    assert ".xlsm" in message


def sources(folder, size=6):
    customers = pd.DataFrame(
        {"customer_id": f"K{i}", "name": f"Sample {i}", "kind": "enterprise", "debt_ratio": 0.4,
         "last_review": "2026-01-31"}
        for i in range(size)
    )  # fmt: skip
    loans = pd.DataFrame(
        {"loan_id": f"L{i}", "customer_id": f"K{i}", "balance": 100 + i, "overdue_days": 0,
         "start": "2025-01-01", "maturity": "2027-01-01"}
        for i in range(size)
    )  # fmt: skip
    files = []
    for name, frame in (("customers", customers), ("loans", loans)):
        files.append(folder / f"{name}.csv")
        frame.to_csv(files[-1], index=False)
    return files


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ["Customers: 6 rows read, 6 kept", "万元"]), ("zh", ["客户：读入 6 行，保留 6 行"])],
)
def test_refresh_from_files_tells_the_outcome_and_keeps_a_backup(portfolio, tmp_path, lang, words):
    before = (tmp_path / "portfolio.xlsx").read_bytes()
    dialogs = press("refresh_files", portfolio, lang, files=sources(tmp_path))
    assert [kind for kind, _ in dialogs.questions] == ["data"] * 3
    backup = tmp_path / "portfolio.bak.xlsx"
    for word in [*words, str(backup)]:
        assert word in dialogs.message
    assert backup.is_file()
    assert (tmp_path / "portfolio.xlsx").read_bytes() == before  # saving is the person's
    assert portfolio.app.impl.status_bar is False


@pytest.mark.parametrize(("lang", "word"), [("en", "nothing was changed"), ("zh", "未作任何更改")])
@pytest.mark.parametrize("button", ["refresh_files", "refresh_mapping"])
def test_refresh_without_a_source_changes_nothing(portfolio, tmp_path, button, lang, word):
    assert word in press(button, portfolio, lang).message
    assert not (tmp_path / "portfolio.bak.xlsx").exists()


def test_refresh_from_a_source_that_cannot_be_read_changes_nothing(portfolio, tmp_path):
    missing = tmp_path / "none.csv"
    assert (
        "none.csv: there is no such file."
        in press("refresh_files", portfolio, files=[missing]).message
    )
    assert not (tmp_path / "portfolio.bak.xlsx").exists()
    assert portfolio.app.impl.status_bar is False


def test_refresh_of_another_workbook_says_what_it_needs(book, tmp_path):
    message = press("refresh_files", book, files=sources(tmp_path)).message
    assert "creditcells new portfolio" in message
    assert not (tmp_path / "book.bak.xlsx").exists()


MAPPING = """
[sources.core]
query = "SELECT * FROM loans"
[customers]
source = "people"
[loans]
source = "core"
[sources.people]
file = "customers.csv"
"""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_refresh_by_mapping_asks_for_the_sources_that_it_leaves_open(portfolio, tmp_path, lang):
    pytest.importorskip("sqlalchemy", reason="databases are an extra")
    sources(tmp_path)
    database = tmp_path / "bank.db"
    with sqlite3.connect(database) as connection:
        pd.read_csv(tmp_path / "loans.csv").to_sql("loans", connection, index=False)
    connection.close()
    mapping = tmp_path / "core.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    dialogs = press(
        "refresh_mapping", portfolio, lang, files=[mapping], texts=[f"sqlite:///{database}"]
    )
    assert dialogs.questions[0][0] == "mapping"
    (asked,) = dialogs.questions[1:]
    assert "core" in asked
    assert "6" in dialogs.message
    assert "bank.db" in dialogs.message


def test_refresh_by_a_broken_mapping_names_its_line(portfolio, tmp_path):
    mapping = tmp_path / "core.toml"
    mapping.write_text("[loans", encoding="utf-8")
    assert "is no TOML" in press("refresh_mapping", portfolio, files=[mapping]).message


@pytest.mark.parametrize("lang", LANGUAGES)
def test_snapshot_keeps_the_rows_in_the_history(portfolio, tmp_path, lang):
    press("refresh_files", portfolio, files=sources(tmp_path))
    portfolio.names["asof"].refers_to_range.value = dt.datetime(2026, 9, 30)  # noqa: DTZ001 - a cell
    before = portfolio.sheets["History"].used_range.last_cell.row
    message = press("snapshot", portfolio, lang).message
    assert portfolio.sheets["History"].used_range.last_cell.row == before + 6
    assert "2026-09-30" in message


@pytest.mark.parametrize("button", ["refresh_files", "snapshot"])
def test_workbook_without_a_file_is_not_refreshed(portfolio, tmp_path, button):
    (tmp_path / "portfolio.xlsx").unlink()
    message = press(button, portfolio, files=sources(tmp_path)).message
    assert "has no file on this computer" in message


@pytest.mark.parametrize("button", ["refresh_sheet", "refresh_workbook"])
def test_refresh_computes(path, button):
    book = open_file(path)
    assert book.sheets[0]["B2"].value is None
    assert press(button, book).told == []
    assert book.sheets[0]["B2"].value == "A"


@pytest.mark.parametrize(("lang", "mark"), [("en", ": "), ("zh", "：")])
def test_why_tells_the_reasons_of_the_cells_of_a_table(book, lang, mark):
    dialogs = FakeDialogs()
    actions.why_cells("Book 簿", "$B$2:$B$3", book, dialogs, lang)
    lines = dialogs.message.split("\n\n")
    assert [line.partition(" ")[0] for line in lines] == ["B2", "B3"]
    assert f"B2 A (CR_PD2GRADE){mark}" in lines[0]
    assert "0.18" in lines[0]


@pytest.mark.parametrize("address", ["$B:$B", "$2:$4", "$B$2,$B$3,$B$4", "$B$2:$C$4,$A$1"])
def test_why_takes_whole_columns_rows_and_several_areas(book, address):
    dialogs = FakeDialogs()
    actions.why_cells("Book 簿", address, book, dialogs, "en")
    assert "B2 A (CR_PD2GRADE)" in dialogs.message
    assert "B3" in dialogs.message


@pytest.mark.parametrize(("lang", "word"), [("en", "No function"), ("zh", "没有可说明理由")])
def test_why_of_other_cells_says_that_there_is_none(book, lang, word):
    dialogs = FakeDialogs()
    actions.why_cells("Book 簿", "$C$2", book, dialogs, lang)
    assert word in dialogs.message


@pytest.mark.parametrize(("lang", "word"), [("en", "first 2 rows"), ("zh", "前 2 行")])
def test_why_of_many_rows_says_how_many_it_tells(book, monkeypatch, lang, word):
    monkeypatch.setattr(actions, "MOST_ROWS", 2)
    dialogs = FakeDialogs()
    actions.why_cells("Book 簿", "$B$2:$B$4", book, dialogs, lang)
    assert word in dialogs.message
    assert "B3" in dialogs.message
    assert "B4" not in dialogs.message


@pytest.mark.parametrize(("lang", "word"), [("en", "Select cells"), ("zh", "选择单元格")])
def test_why_without_a_selection_asks_for_one(book, lang, word):
    assert word in press("why", book, lang).message


def test_why_asks_for_the_selected_cells(book, monkeypatch):
    monkeypatch.setattr(type(book), "selection", book.sheets[0]["B2"])
    assert "B2 A (CR_PD2GRADE)" in press("why", book).message


@pytest.mark.parametrize(("lang", "word"), [("en", "4 formulas"), ("zh", "4 个公式")])
def test_freeze_and_thaw_come_back_to_the_same_formulas(book, tmp_path, lang, word):
    before = formulas(book)
    dialogs = press("freeze", book, lang, yes=True)
    assert word in dialogs.message
    assert str(tmp_path / "book.bak.xlsx") in dialogs.message
    assert book.sheets[0]["B2"].value == "A"
    assert not any("CR_" in formula for formula in formulas(book).values())
    press("thaw", book, lang)
    assert formulas(book) == before
    assert book.sheets[0]["B2"].value == "A"


def test_freeze_asks_first(book, tmp_path):
    before = formulas(book)
    dialogs = press("freeze", book)
    assert "hidden sheet" in dialogs.questions[0]
    assert dialogs.told == []
    assert formulas(book) == before
    assert not (tmp_path / "book.bak.xlsx").exists()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_relink_makes_linked_formulas_plain_and_computes_them(book, lang):
    assert "1" in press("relink", book, lang).message
    assert book.sheets[0]["F2"].formula == "=CR_PD2GRADE(A2)"
    assert book.sheets[0]["F2"].value == "A"


def test_tool_that_changes_nothing_leaves_the_backup_of_before(book, tmp_path):
    backup = tmp_path / "book.bak.xlsx"
    backup.write_bytes(b"earlier")
    assert press("thaw", book).message == "0 formulas changed."
    assert backup.read_bytes() == b"earlier"


def test_tool_that_is_stopped_leaves_a_backup(book, tmp_path, monkeypatch):
    def stopped(_):
        raise WorkbookError("book.xlsx", "was stopped.", "Go on.")

    monkeypatch.setattr(actions, "freeze", stopped)
    assert "was stopped" in press("freeze", book, yes=True).message
    assert (tmp_path / "book.bak.xlsx").is_file()


def test_backup_of_a_workbook_without_a_file_goes_to_the_users_folder(book, path, home):
    path.unlink()
    press("freeze", book, yes=True)
    assert (home / ".creditcells" / "backups" / "book.bak.xlsx").is_file()
    assert backup_folder() == home / ".creditcells" / "backups"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_settings_name_the_python_the_files_and_the_versions(book, home, lang):
    message = press("settings", book, lang).message
    for word in ("python", str(home / ".creditcells"), "XLSTART", version(), "doctor"):
        assert word in message


@pytest.mark.parametrize(("lang", "word"), [("en", "Browse"), ("zh", "函数浏览")])
def test_help_says_how_to_go_on(book, lang, word):
    message = press("show_help", book, lang).message
    assert word in message
    assert "=CR_POLICY" in message
    assert version() in message


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["Excel refused: The sheet is protected.", "Protected sheets: A, B"]),
        ("zh", ["Excel 拒绝了操作：The sheet is protected.", "受保护的工作表：A, B"]),
    ],
)
def test_what_excel_refuses_is_told_with_the_protected_sheets(book, monkeypatch, lang, words):
    def refused(*_):
        raise refusal("The sheet is protected.")

    monkeypatch.setattr(open_book, "protected_sheets", lambda _: ["A", "B"])
    dialogs = FakeDialogs()
    perform(refused, book, dialogs, lang)
    for word in words:
        assert word in dialogs.message


def test_what_nobody_foresaw_is_not_hidden(book):
    def broken(*_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        perform(broken, book, FakeDialogs(), "en")
