"""Workbooks, Parquet files and databases as sources, and what each says when it cannot be read."""

import datetime as dt
import hashlib
import sqlite3
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from addin.errors import SourceError
from addin.portfolio.model import Source
from addin.portfolio.sources import read_source


def workbook(path, rows, title="Data", *, at=(1, 1)):
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    sheet = book.create_sheet(title)
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            sheet.cell(at[0] + i, at[1] + j, value)
    book.save(path)
    return path


def test_excel_cells_come_as_they_are_with_their_sheet_rows(tmp_path):
    day = dt.datetime(2026, 3, 31)  # noqa: DTZ001 - as a workbook's cell has it
    rows = [("id", "amount", "day"), ("001", 2.5, day), (None, None, None), ("002", 3, day)]
    file = workbook(tmp_path / "a.xlsx", rows, at=(4, 1))
    raw = read_source(Source(location=str(file), sheet="Data"))
    assert list(raw.frame.columns) == ["id", "amount", "day"]
    assert raw.frame["id"].tolist() == ["001", "002"]
    assert raw.frame["amount"].tolist() == [2.5, 3.0]
    assert raw.frame["day"].iloc[0] in (day, day.date())
    assert raw.rows.tolist() == [5, 7]
    assert raw.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_an_excel_row_with_cells_beyond_the_header_is_kept_apart(tmp_path):
    file = workbook(tmp_path / "a.xlsx", [("id", "x"), ("1", 2), ("2", 3, "more")])
    raw = read_source(Source(location=str(file), sheet="Data"))
    assert raw.rows.tolist() == [2]
    assert [(row.row, row.rule) for row in raw.broken] == [(3, "too many fields")]


def test_the_header_is_found_below_titles(tmp_path):
    file = workbook(tmp_path / "a.xlsx", [("Report",), ("客户编号", "余额"), ("C1", 2)])
    known = frozenset({"客户编号", "余额"})
    raw = read_source(Source(location=str(file), sheet="Data"), None, known)
    assert (list(raw.frame.columns), raw.rows.tolist()) == (["客户编号", "余额"], [3])


def test_a_wrong_sheet_lists_those_that_exist(tmp_path):
    file = workbook(tmp_path / "a.xlsx", [("id",), ("1",)])
    with pytest.raises(SourceError, match=r"has no sheet 'Loans'\. Its sheets are Cover, Data"):
        read_source(Source(location=str(file), sheet="Loans"))


def test_an_empty_sheet_is_refused(tmp_path):
    file = workbook(tmp_path / "a.xlsx", [("id",), ("1",)])
    with pytest.raises(SourceError, match="sheet 'Cover' is empty"):
        read_source(Source(location=str(file)))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"no workbook at all"])
def test_an_unreadable_workbook_is_refused(tmp_path, content):
    file = tmp_path / "a.xlsx"
    file.write_bytes(content)
    with pytest.raises(SourceError, match=r"a\.xlsx: .*(zip|cut off|empty)"):
        read_source(Source(location=str(file)))


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path):
    file = tmp_path / "a.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b"0" * (64 << 20))
    with pytest.raises(SourceError, match=r"sheet1\.xml"):
        read_source(Source(location=str(file)))


def test_an_old_workbook_that_is_none_is_refused(tmp_path):
    file = tmp_path / "a.xls"
    file.write_bytes(b"no workbook at all")
    with pytest.raises(SourceError, match="cannot be read as a workbook"):
        read_source(Source(location=str(file)))


WORKBOOKS = Path(__file__).parents[2] / "../shared/data/workbooks/legacy_binary"


@pytest.mark.skipif(not WORKBOOKS.is_dir(), reason="../shared/data/workbooks is not here")
@pytest.mark.parametrize("name", ["calamine__any_sheets.xls", "poi__testVarious.xlsb"])
def test_older_workbooks_are_read(name):
    assert read_source(Source(location=str(WORKBOOKS / name))).read > 0


@pytest.mark.skipif(not WORKBOOKS.is_dir(), reason="../shared/data/workbooks is not here")
def test_a_workbook_on_which_the_reader_gives_up_is_refused(capfd):
    with pytest.raises(SourceError, match=r"cannot be read as a workbook .no entry found"):
        read_source(Source(location=str(WORKBOOKS / "poi__Simple.xlsb")))
    capfd.readouterr()


@pytest.mark.parametrize("name", ["none.xlsx", "none.csv", "none.parquet"])
def test_a_missing_file_is_named(tmp_path, name):
    with pytest.raises(SourceError, match=r"none\.\w+: there is no such file"):
        read_source(Source(location=name), tmp_path)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(SourceError, match="is a folder"):
        read_source(Source(location=str(tmp_path)))


def test_parquet_keeps_its_types_and_counts_rows_from_one(tmp_path):
    file = tmp_path / "a.parquet"
    frame = pd.DataFrame(
        {"id": ["1", "2"], "x": [1.5, 2.5], "d": pd.to_datetime(["2026-01-02"] * 2)}
    )
    frame.to_parquet(file)
    raw = read_source(Source(location=str(file)))
    assert raw.frame["x"].tolist() == [1.5, 2.5]
    assert raw.rows.tolist() == [1, 2]


def test_a_broken_parquet_file_is_refused(tmp_path):
    file = tmp_path / "a.parquet"
    file.write_bytes(b"PAR1 nonsense")
    with pytest.raises(SourceError, match="cannot be read as Parquet"):
        read_source(Source(location=str(file)))


@pytest.fixture
def database(tmp_path):
    file = tmp_path / "bank.db"
    connection = sqlite3.connect(file)
    connection.execute("create table loans (id text, balance real)")
    connection.executemany("insert into loans values (?, ?)", [("L1", 2.5), ("L2", None)])
    connection.commit()
    connection.close()
    return f"sqlite:///{file}"


@pytest.mark.parametrize("query", ["loans", "select id, balance from loans order by id"])
def test_a_table_or_a_query_is_read_from_a_database(database, query):
    raw = read_source(Source(location=database, query=query))
    assert raw.frame["id"].tolist() == ["L1", "L2"]
    assert raw.rows.tolist() == [1, 2]
    assert len(raw.sha256) == 64


@pytest.mark.parametrize(
    "query", ["delete from loans", "drop table loans", "loans; drop table loans"]
)
def test_a_statement_that_would_change_the_database_is_refused(database, query):
    with pytest.raises(SourceError, match="just reads"):
        read_source(Source(location=database, query=query))


def test_a_failing_query_says_so(database):
    with pytest.raises(SourceError, match=r"the query failed .*no such table"):
        read_source(Source(location=database, query="nothing_here"))


def test_a_database_needs_a_query(database):
    with pytest.raises(SourceError, match="no table or query"):
        read_source(Source(location=database))


@pytest.mark.parametrize(
    "location",
    [
        "postgresql+nodriver://ann:s3cret@db/bank",
        "nosuch://ann:s3cret@db/bank",
        "sqlite://ann:s3cret@x/y",
    ],
)
def test_a_password_is_never_shown(location):
    with pytest.raises(SourceError) as raised:
        read_source(Source(location=location, query="loans"))
    shown = "".join(map(str, (raised.value, raised.value.__cause__, vars(raised.value))))
    assert "s3cret" not in shown
