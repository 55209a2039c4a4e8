"""The refresh on the Server pipeline: what Excel carries out equals the refresh of the file."""

import datetime as dt
import shutil
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest
import xlwings
from licence import needs_key
from office_book import carry_out, to_json
from xlwings.utils import a1_to_tuples

from addin.errors import WorkbookError
from addin.headless.engine import open_book
from addin.portfolio import SourceSet, refresh_file
from addin.server import twin
from addin.server.refresh import refresh_remote, told
from addin.templates import new_workbook

pytestmark = needs_key
Q1, Q2 = dt.date(2026, 6, 30), dt.date(2026, 9, 30)
NOW = dt.datetime(2026, 10, 1, 8, 30)  # noqa: DTZ001 - a workbook's clock is local


def customers(size):
    return pd.DataFrame(
        {
            "customer_id": f"{i:03}", "name": f"=Sample {i}", "kind": "enterprise",
            "industry": "C13", "debt_ratio": 0.2 + 0.6 * i / size, "current_ratio": 1.5,
            "interest_cover": 4, "cash_flow_ratio": 0.3, "profit_margin": 0.08,
            "revenue_growth": 0.05, "years_in_business": 8, "management": "good",
            "market_position": "good", "credit_record": "clean", "collateral_ratio": 0.9,
            "last_review": "2026-01-31",
        }
        for i in range(size)
    )  # fmt: skip


def loans(size):
    return pd.DataFrame(
        {
            "loan_id": f"L{i:04}", "customer_id": f"{i // 2:03}", "balance": 100 + i,
            "overdue_days": 40 * (i % 4), "start": "2025-01-01", "maturity": "2027-01-01",
        }
        for i in range(size * 2 + 1)  # the last one has no customer
    )  # fmt: skip


def transactions(size):
    return pd.DataFrame(
        {"customer_id": f"{i % size:03}", "date": f"2026-0{1 + i % 6}-15", "amount": 1 + i % 7,
         "kind": "fee"}
        for i in range(size * 5)
    )  # fmt: skip


def sources(folder, size):
    tables = {
        "customers": customers(size),
        "loans": loans(size),
        "transactions": transactions(size),
    }
    for name, frame in tables.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return SourceSet.of(**{name: str(folder / f"{name}.csv") for name in tables})


def by_file(path, given, as_of):
    refresh_file(path, given, as_of=as_of, now=NOW, user="tester")


def in_excel(path, given, as_of):
    """Send the workbook, refresh it on the server, and carry out what comes back."""
    excel = open_book(path)
    book = xlwings.Book(json=to_json(excel))
    summary = refresh_remote(book, given, as_of=as_of, now=NOW, user="tester")
    carry_out(book.json()["actions"], excel)
    excel.save()
    return summary


def everything(path):
    """The values of all sheets, the tables and the names."""
    book = open_book(path)
    return {
        "values": {sheet.name: sheet.used_range.options(ndim=2).raw_value for sheet in book.sheets},
        "formulas": {sheet.name: sheet.used_range.formula for sheet in book.sheets},
        "tables": {t.name: t.range.address for sheet in book.sheets for t in sheet.tables},
        "names": {
            name.name: name.refers_to.replace("'", "")
            for name in book.names
            if "!" not in name.name
        },
    }


@pytest.mark.long
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_equals_the_refresh_of_the_file_again_and_again(lang, tmp_path):
    one = new_workbook("portfolio", tmp_path / "one.xlsx", lang=lang)
    two = tmp_path / "two.xlsx"
    for size, as_of in ((12, Q1), (9, Q1), (60, Q2)):
        given = sources(tmp_path, size)
        shutil.copy(one, two)
        by_file(one, given, as_of)
        in_excel(two, given, as_of)
        expected, got = everything(one), everything(two)
        for part in expected:
            for key in expected[part]:
                assert got[part][key] == expected[part][key], (size, part, key)


def test_it_equals_the_refresh_of_the_file_from_the_sheets_alone(tmp_path):
    one = new_workbook("portfolio", tmp_path / "one.xlsx")
    (tmp_path / "excel").mkdir()
    two = shutil.copy(one, tmp_path / "excel")
    by_file(one, SourceSet(), Q2)
    summary = in_excel(two, SourceSet(), Q2)
    assert everything(two) == everything(one)
    assert [count.read for count in summary.tables] == [40, 90, 300]


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "message"),
    [
        ("Results", "K7", 1.0, "score is 1.0, by the template's formulas"),
        ("Customers", "AA6", "My own", "table tblCustomers has other columns"),
        ("Policy", "C8", "fr", "cell lang holds 'fr'"),
    ],
)
def test_a_workbook_that_is_not_the_template_s_is_refused(sheet, cell, value, message, tmp_path):
    payload = to_json(open_book(new_workbook("portfolio", tmp_path / "one.xlsx")))
    place = next(one for one in payload["sheets"] if one["name"] == sheet)
    row, column = a1_to_tuples(cell)[0]
    place["values"][row - 1][column - 1] = value
    book = xlwings.Book(json=payload)
    with pytest.raises(WorkbookError, match=message) as raised:
        refresh_remote(book, SourceSet(), as_of=Q2, now=NOW, user="tester")
    assert "creditcells refresh" in str(raised.value)
    assert book.json()["actions"] == []


def test_any_other_workbook_is_refused(tmp_path):
    plain_book(tmp_path / "plain.xlsx")
    book = xlwings.Book(json=to_json(open_book(tmp_path / "plain.xlsx")))
    with pytest.raises(WorkbookError, match="has no cell named lang"):
        refresh_remote(book, SourceSet())
    assert book.json()["actions"] == []


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Portfolio 2026.xlsx", "Portfolio 2026.xlsx"),
        ("组合.xlsm", "组合.xlsx"),
        ("../../escape.xlsx", "______escape.xlsx"),
        ("/etc/passwd", "book.xlsx"),
        ("", "book.xlsx"),
        ("a\0b.xlsx", "a_b.xlsx"),
        ("x" * 500 + ".xlsx", "x" * 60 + ".xlsx"),
    ],
)
def test_the_workbook_s_name_leads_nowhere(name, file):
    assert twin.file_name_of(SimpleNamespace(name=name)) == file


def plain_book(path):
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.save(path)


@pytest.mark.long
def test_what_was_done_is_told_in_the_workbook_s_language(tmp_path):
    path = new_workbook("portfolio", tmp_path / "one.xlsx", lang="zh")
    text = told(in_excel(path, sources(tmp_path, 12), Q2))
    assert "客户：读取 12，保留 12，剔除 0" in text
