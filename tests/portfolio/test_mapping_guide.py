"""The example of docs/mapping.md works, and the page names every key and function there is."""

import datetime as dt
import re
from pathlib import Path

import openpyxl
import pytest

from addin.portfolio import SourceSet, refresh_file
from addin.portfolio.functions import FUNCTIONS
from addin.portfolio.mapping_file import _READING_KEYS, _SOURCE_KEYS
from addin.templates import new_workbook

GUIDE = (Path(__file__).parents[2] / "docs/mapping.md").read_text(encoding="utf-8")
SOURCE = """Kundennr;Firma;WZ;Verbindlichkeiten;Bilanzsumme;Note;Saldo;Verzug;Beginn;Laufzeit
K1;Muster Werke;2599;4.000,5;10.000,0;2;1.200.000;;15.01.2025;24
K2;Beispiel Handel;4711;900;1.000;4;50.000;35;31.08.2025;6
"""


def rows(sheet):
    return [row for row in sheet.iter_rows(min_row=7, values_only=True) if row[1] is not None]


def test_example_of_the_guide_fills_a_workbook(tmp_path):
    (mapping,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    (tmp_path / "core.toml").write_text(mapping, encoding="utf-8")
    (tmp_path / "core.csv").write_text(SOURCE, encoding="utf-8")
    book = new_workbook("portfolio", tmp_path / "book.xlsx")
    summary = refresh_file(
        book, SourceSet.of(mapping=tmp_path / "core.toml"), as_of=dt.date(2025, 12, 31)
    )
    assert {table.table: table.kept for table in summary.tables}["customers"] == 2
    written = openpyxl.load_workbook(book, data_only=True)
    headers = [cell.value for cell in written["Customers"][6]]
    customers = [dict(zip(headers, row, strict=False)) for row in rows(written["Customers"])]
    assert [c["Customer ID"] for c in customers] == ["K1", "K2"]
    assert customers[0]["Debt ratio"] == pytest.approx(0.40005)
    assert [c["Management"] for c in customers] == ["good", "weak"]
    headers = [cell.value for cell in written["Loans"][6]]
    loans = [dict(zip(headers, row, strict=False)) for row in rows(written["Loans"])]
    assert [loan["Loan ID"] for loan in loans] == ["K1-L", "K2-L"]
    assert [loan["Balance"] for loan in loans] == [120, 5]
    assert [loan["Days overdue"] for loan in loans] == [0, 35]
    assert loans[1]["Maturity"] == dt.datetime(2026, 2, 28)  # noqa: DTZ001 - cells know no zone


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_guide_names_every_function(name):
    assert f"`{name}(" in GUIDE


@pytest.mark.parametrize("key", sorted(_SOURCE_KEYS | _READING_KEYS))
def test_guide_names_every_key_of_a_source(key):
    assert f"`{key}`" in GUIDE
