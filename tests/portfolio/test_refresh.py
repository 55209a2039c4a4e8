"""The refresh of the real template without Excel: what it writes, keeps, and leaves alone."""

import datetime as dt
import json
import math
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from addin.errors import BookInUseError, MappingError, SourceError, WorkbookError
from addin.headless.engine import App, open_book
from addin.portfolio import SourceSet, data_check, refresh_file
from addin.portfolio.sheet_tables import find_tables
from addin.templates import new_workbook
from workbook_templates.portfolio.layout import POLICY_TABLES

Q1, Q2 = dt.date(2026, 6, 30), dt.date(2026, 9, 30)
NOW = dt.datetime(2026, 10, 1, 8, 30)  # noqa: DTZ001 - a workbook's clock is local
FACTORS = {
    "debt_ratio": 0.5,
    "current_ratio": 1.5,
    "interest_cover": 4,
    "cash_flow_ratio": 0.3,
    "profit_margin": 0.08,
    "revenue_growth": 0.05,
    "years_in_business": 8,
    "management": "good",
    "market_position": "good",
    "credit_record": "clean",
    "collateral_ratio": 0.9,
}


def customers(size=12, **changes):
    rows = [
        {"customer_id": f"K{i:03}", "name": f"Sample {i}", "kind": "enterprise", "industry": "C13"}
        | FACTORS
        | {"debt_ratio": 0.2 + 0.06 * i, "last_review": "2026-01-31"}
        for i in range(size)
    ]
    return pd.DataFrame(rows).assign(**changes)


def loans(size=12, per_customer=2):
    rows = [
        {"loan_id": f"L{i:04}", "customer_id": f"K{i // per_customer:03}", "balance": 100 + i,
         "overdue_days": 0, "start": "2025-01-01", "maturity": "2027-01-01"}
        for i in range(size * per_customer)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def transactions(size=12):
    rows = [
        {"customer_id": f"K{i % size:03}", "date": f"2026-0{1 + i % 6}-15", "amount": 1 + i % 7,
         "kind": "fee"}
        for i in range(size * 5)
    ]  # fmt: skip
    return pd.DataFrame(rows)


class Desk:
    """A folder with a workbook and its sources."""

    def __init__(self, folder, lang="en", *, without_case=False):
        self.folder = folder
        path = folder / f"book.{lang}.xlsx"
        self.book = new_workbook("portfolio", path, lang=lang, without_case=without_case)

    def put(self, **tables):
        for name, frame in tables.items():
            frame.to_csv(self.folder / f"{name}.csv", index=False)
        return SourceSet.of(**{name: str(self.folder / f"{name}.csv") for name in tables})

    def refresh(self, as_of=Q2, **tables):
        return refresh_file(self.book, self.put(**tables), as_of=as_of, now=NOW, user="tester")

    def table(self, name):
        found = find_tables(open_book(self.book), [name])[name]
        return pd.DataFrame(found.body(), columns=found.headers)

    def cells(self, name):
        return [
            row[0] for row in open_book(self.book).names[name].refers_to_range.options(ndim=2).value
        ]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


@pytest.fixture
def uncomputed(monkeypatch):
    """Leave the computing out where a test does not look at results."""
    monkeypatch.setattr(App, "calculate", lambda _: None)


@pytest.fixture(scope="module", params=["en", "zh"])
def refreshed(request, tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("desk"), request.param)
    first = desk.refresh(Q1, customers=customers(), loans=loans(), transactions=transactions())
    worse = customers(14, credit_record="serious")
    dirty = loans(14)
    dirty["balance"] = dirty["balance"].astype(object)
    dirty.loc[3, "balance"] = "x"
    dirty.loc[5, "customer_id"] = "K999"
    second = desk.refresh(Q2, customers=worse, loans=dirty, transactions=transactions(14))
    return desk, first, second


def test_every_row_is_kept_or_listed_and_all_adds_up(refreshed):
    _, first, second = refreshed
    assert [(t.table, t.read, t.kept, t.left_out) for t in second.tables] == [
        ("customers", 14, 14, 0),
        ("loans", 28, 26, 2),
        ("transactions", 70, 70, 0),
    ]
    assert second.faults_by_rule == {"text in number": 1, "unknown customer": 1}
    assert (first.unreconciled, second.unreconciled) == (0, 0)
    assert second.uncomputed == ()


def test_the_results_have_a_row_per_customer(refreshed):
    desk, _, second = refreshed
    assert desk.cells("res_customer_id") == [f"K{i:03}" for i in range(14)]
    grades = desk.cells("res_grade")
    assert len(grades) == 14
    assert all(isinstance(grade, str) for grade in grades)
    assert sum(line.customers for line in second.tiers) == 14
    assert sum(line.exposure for line in second.tiers) == pytest.approx(
        sum(desk.cells("res_exposure"))
    )


def test_names_and_formulas_of_the_results_cover_the_same_rows(refreshed):
    desk, _, _ = refreshed
    book = open_book(desk.book)
    names = [name for name in book.names if name.name.startswith("res_")]
    assert len(names) > 40
    for name in names:
        cells = name.refers_to_range
        assert cells.shape == (14, 1)
        assert cells.has_array if hasattr(cells, "has_array") else cells.impl.has_array


def test_the_history_keeps_the_snapshot_before_and_compares_with_it(refreshed):
    desk, first, second = refreshed
    history = desk.table("tblHistory")
    days = history.iloc[:, 0].map(lambda day: day.date())
    assert days.value_counts().to_dict() == {Q1: 12, Q2: 14}
    assert (first.previous, second.previous) == (None, Q1)
    now, before = history[days == Q2], history[days == Q1]
    assert now.iloc[:12, 4].tolist() == before.iloc[:, 3].tolist()
    assert now.iloc[12:, 4].isna().all()
    assert before.iloc[:, 4].isna().all()


def test_the_template_s_made_up_customers_leave_no_trace(refreshed):
    desk, _, _ = refreshed
    for name in ("tblCustomers", "tblLoans", "tblTransactions", "tblHistory"):
        texts = desk.table(name).astype(str).to_numpy().ravel().tolist()
        assert not [text for text in texts if str(text).startswith("C00")]


def test_the_audit_log_says_when_what_and_by_which_policy(refreshed):
    desk, _, _ = refreshed
    audit = desk.table("tblAudit")
    assert len(audit) == 2
    row = audit.iloc[1].tolist()
    assert row[:3] == [NOW, "tester", dt.datetime.combine(Q2, dt.time())]
    told = {
        "en": "customers: customers.csv, 14 rows, sha256 ",
        "zh": "客户：customers.csv，14 行，sha256 ",
    }
    read = {"en": ", utf-8, comma; ", "zh": "，utf-8，逗号分隔；"}
    lang = desk.book.suffixes[0].removeprefix(".")
    assert told[lang] in row[3]
    assert read[lang] in row[3]
    assert len(row[4]) == 12
    assert row[5:10] == [14, 26, 70, 2, 2]
    assert row[12] == 0
    assert audit.iloc[0, 4] == row[4]


def test_the_summary_is_plain_for_machines(refreshed):
    _, _, second = refreshed
    plain = json.loads(json.dumps(second.to_json()))
    assert plain["as_of"] == "2026-09-30"
    assert plain["previous"] == "2026-06-30"
    assert plain["tables"][1]["left_out"] == 2


@pytest.mark.usefixtures("uncomputed")
@pytest.mark.usefixtures("uncomputed")
def test_totals_that_could_not_be_computed_are_not_taken_for_zero(desk):
    book = open_book(desk.book)
    book.names["check_total"].refers_to_range.value = "#N/A"
    book.save()
    summary = desk.refresh(customers=customers(), loans=loans())
    assert math.isnan(summary.unreconciled)
    assert summary.to_json()["unreconciled"] is None
    assert desk.table("tblAudit").iloc[0, 12] == "?"


@pytest.mark.usefixtures("uncomputed")
def test_a_workbook_from_an_earlier_template_is_refreshed_too(desk, monkeypatch):
    monkeypatch.setitem(POLICY_TABLES, "of_the_future", "tblOfTheFuture")
    desk.refresh(customers=customers(), loans=loans())
    assert len(desk.table("tblAudit").iloc[0, 4]) == 12


def test_the_backup_is_the_workbook_before(desk):
    before = desk.book.read_bytes()
    summary = desk.refresh(customers=customers(), loans=loans())
    assert summary.backup == desk.folder / "book.en.bak.xlsx"
    assert summary.backup.read_bytes() == before
    assert sorted(p.name for p in desk.folder.glob("*book*")) == [
        "book.en.bak.xlsx",
        "book.en.xlsx",
    ]
    assert not list(desk.folder.glob(".*"))


def parts(path):
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_same_refresh_twice_changes_nothing_but_the_audit_log(desk):
    tables = {"customers": customers(), "loans": loans(), "transactions": transactions()}
    desk.refresh(**tables)
    first = parts(desk.book)
    desk.refresh(**tables)
    second = parts(desk.book)
    changed = {name for name in first if first[name] != second[name]}
    assert first.keys() == second.keys()
    assert len(desk.table("tblAudit")) == 2
    audit = sheet_part(desk.book, "Audit log")
    table = {name for name in changed if name.startswith("xl/tables/")}
    assert changed - table == {audit}
    assert all(b"tblAudit" in second[name] for name in table)


def sheet_part(path, title):
    return open_book(path).sheets[title].impl.api.part


@pytest.mark.usefixtures("uncomputed")
def test_rows_go_when_customers_go(desk):
    desk.refresh(customers=customers(12), loans=loans(12))
    desk.refresh(customers=customers(3), loans=loans(3))
    assert len(desk.table("tblCustomers")) == 3
    assert open_book(desk.book).names["res_pd"].refers_to_range.shape == (3, 1)


@pytest.mark.usefixtures("uncomputed")
def test_what_the_officer_typed_follows_its_customer(desk):
    plain = customers().drop(columns=["management", "last_review"])
    desk.refresh(customers=plain, loans=loans())
    book = open_book(desk.book)
    table = find_tables(book, ["tblCustomers"])["tblCustomers"]
    positions = {table.headers.index(name): name for name in ("Management", "Owner", "Last review")}
    for position, header in positions.items():
        cell = table.table.data_body_range[4, position]
        cell.value = {"Management": "strong", "Owner": "=Ann", "Last review": NOW}[header]
    book.save()
    summary = desk.refresh(customers=plain.iloc[::-1].iloc[3:], loans=loans())
    rows = desk.table("tblCustomers").set_index("Customer ID")
    assert rows["Management"].dropna().to_dict() == {"K004": "strong"}
    assert rows["Owner"].dropna().to_dict() == {"K004": "=Ann"}
    assert rows.loc["K004", "Last review"].date() == NOW.date()
    assert summary.tables[0].read == 9
    assert (
        "keep from the sheet: Management, Last review, Owner" in desk.table("tblAudit").iloc[1, 3]
    )


@pytest.mark.usefixtures("uncomputed")
def test_a_text_like_a_formula_in_the_first_row_follows_its_customer_too(desk):
    plain = customers()
    desk.refresh(customers=plain, loans=loans())
    book = open_book(desk.book)
    table = find_tables(book, ["tblCustomers"])["tblCustomers"]
    table.table.data_body_range[0, table.headers.index("Owner")].raw_value = "'=Ann"
    book.save()
    desk.refresh(customers=plain.iloc[::-1], loans=loans())
    rows = desk.table("tblCustomers").set_index("Customer ID")
    assert rows["Owner"].dropna().to_dict() == {"K000": "=Ann"}


def rename(book, table, old, new):
    header = book.sheets[table].range("B6:AD6")
    for cell in header:
        if cell.value == old:
            cell.value = new
    part = book.api.package
    for name in part.names():
        if name.startswith("xl/tables/") and f'name="{old}"'.encode() in part.part(name):
            part.replace(
                name, part.part(name).replace(f'name="{old}"'.encode(), f'name="{new}"'.encode())
            )
    book.save()


@pytest.mark.usefixtures("uncomputed")
def test_a_column_keeps_its_field_when_its_header_is_renamed(desk):
    rename(open_book(desk.book), "Customers", "Name", "Borrower")
    desk.refresh(customers=customers(), loans=loans())
    assert desk.table("tblCustomers")["Borrower"].tolist() == [f"Sample {i}" for i in range(12)]
    assert desk.refresh().tables[0].kept == 12


@pytest.mark.usefixtures("uncomputed")
def test_a_field_without_a_column_is_named(desk):
    book = open_book(desk.book)
    book.sheets["Customers"].range("B4:AD4").value = [None] * 29
    rename(book, "Customers", "Owner", "Other")
    desk.refresh(customers=customers(owner="Ann"), loans=loans())
    assert "customers have no column for: owner" in desk.table("tblAudit").iloc[0, 3]
    rename(open_book(desk.book), "Customers", "Name", "Borrower")
    with pytest.raises(WorkbookError, match=r"has no column name .客户名称."):
        desk.refresh(customers=customers(), loans=loans())


@pytest.mark.usefixtures("uncomputed")
def test_a_table_without_a_source_keeps_its_rows_and_is_checked(desk):
    desk.refresh(customers=customers(), loans=loans())
    summary = desk.refresh(customers=customers(5))
    assert len(desk.table("tblLoans")) == 24
    assert summary.tables[1].source == "book.en.xlsx"
    assert summary.faults_by_rule == {"unknown customer": 14}
    checks = desk.table("tblChecks")
    assert set(checks["Table"]) == {"Loans"}
    assert set(checks["Sheet"]) == {"Loans"}
    assert checks["Row"].min() == 17


@pytest.mark.usefixtures("uncomputed")
def test_formula_like_text_arrives_as_text(desk):
    names = ["=cmd|'/c calc'!A0", "+1+1", "@SUM(1)", "'quoted", *["plain"] * 8]
    summary = desk.refresh(customers=customers(12, name=names), loans=loans())
    assert desk.table("tblCustomers")["Name"].tolist() == names
    assert summary.faults_by_rule == {"formula-like text": 3}
    assert desk.table("tblChecks")["Value"].tolist() == names[:3]
    package = parts(desk.book)
    part = package[sheet_part(desk.book, "Customers")]
    assert b"<f>" not in part


@pytest.mark.usefixtures("uncomputed")
def test_more_faults_than_the_sheet_lists_stand_in_a_file(desk, monkeypatch):
    monkeypatch.setattr(data_check, "MOST_LISTED", 4)
    wrong = loans().assign(customer_id="=K9")
    summary = desk.refresh(customers=customers(), loans=wrong)
    assert (summary.listed, summary.faults) == (4, 48)
    listed = pd.read_csv(summary.overflow, dtype=str)
    assert len(listed) == 48
    assert set(listed["value"]) == {"'=K9"}
    assert open_book(desk.book).names["unlisted_loans"].refers_to_range.value == 22
    assert desk.refresh(customers=customers(), loans=loans()).overflow is None
    assert not summary.overflow.exists()


@pytest.mark.usefixtures("uncomputed")
def test_too_many_transactions_are_added_up_and_the_audit_says_so(desk, monkeypatch):
    monkeypatch.setattr("addin.portfolio.sheet_tables.LAST_SHEET_ROW", 6 + 40)
    summary = desk.refresh(customers=customers(), loans=loans(), transactions=transactions())
    rows = desk.table("tblTransactions")
    assert len(rows) == summary.tables[2].written <= 40
    assert summary.tables[2].kept == 60
    assert rows["Events"].sum() == 60
    assert rows["Income"].sum() == transactions()["amount"].sum()
    assert "transactions added up by" in desk.table("tblAudit").iloc[0, 3]


@pytest.mark.usefixtures("uncomputed")
def test_policy_tables_are_replaced_from_files(desk):
    scale = desk.folder / "scale.csv"
    scale.write_text("等级,违约概率\nA,1%\nB,0.05\n", encoding="gb18030")
    first = desk.refresh(customers=customers(), loans=loans())
    before = desk.table("tblAudit").iloc[0, 4]
    sources = SourceSet.of(policy={"master_scale": scale})
    refresh_file(desk.book, sources, now=NOW, user="tester")
    assert desk.table(POLICY_TABLES["master_scale"]).to_numpy().tolist() == [
        ["A", 0.01],
        ["B", 0.05],
    ]
    assert desk.table("tblAudit").iloc[1, 4] != before
    assert first.as_of == Q2


@pytest.mark.usefixtures("uncomputed")
@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ({"nothing": "x.csv"}, "no policy table 'nothing'. The workbook's are scorecard_corporate"),
        ({"master_scale": "x.csv"}, r"x\.csv: there is no such file"),
        ({"master_scale": "bad.csv"}, r"bad\.csv: is no master_scale table: .*pd"),
    ],
)
def test_a_policy_file_that_does_not_fit_is_refused(desk, policy, message):
    (desk.folder / "bad.csv").write_text("grade,rate\nA,1\n", encoding="utf-8")
    files = {name: desk.folder / file for name, file in policy.items()}
    before = desk.book.read_bytes()
    with pytest.raises(SourceError, match=message):
        refresh_file(desk.book, SourceSet.of(policy=files), as_of=Q2)
    assert desk.book.read_bytes() == before


def test_a_refresh_that_fails_leaves_everything_as_it_was(desk):
    before = sorted(desk.folder.iterdir()), desk.book.read_bytes()
    with pytest.raises(MappingError, match=r"loans\.balance"):
        desk.refresh(customers=customers(), loans=loans().drop(columns="balance"))
    for csv in desk.folder.glob("*.csv"):
        csv.unlink()
    assert (sorted(desk.folder.iterdir()), desk.book.read_bytes()) == before


@pytest.mark.usefixtures("uncomputed")
def test_a_crash_while_saving_leaves_the_workbook_as_it_was(desk, monkeypatch):
    before = desk.book.read_bytes()

    def full(_self, path=None, **_options):
        Path(path).write_bytes(b"half a workb")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("addin.headless.engine.Book.save", full)
    with pytest.raises(WorkbookError, match=r"No space left on device.*unchanged"):
        desk.refresh(customers=customers(), loans=loans())
    assert desk.book.read_bytes() == before
    assert [p.name for p in desk.folder.glob("*book*")] == ["book.en.xlsx"]


def test_a_workbook_changed_meanwhile_is_not_overwritten(desk, monkeypatch):
    def meddle(_app):
        desk.book.write_bytes(desk.book.read_bytes() + b" ")

    monkeypatch.setattr(App, "calculate", meddle)
    with pytest.raises(WorkbookError, match="changed by someone else"):
        desk.refresh(customers=customers(), loans=loans())


@pytest.mark.parametrize("owner", ["~$book.en.xlsx", ".~lock.book.en.xlsx#"])
def test_a_workbook_that_is_open_elsewhere_is_refused(desk, owner):
    (desk.folder / owner).write_bytes(b"\x03Ann" + b" " * 50 if owner[0] == "~" else b",Ann,pc;")
    with pytest.raises(BookInUseError, match="is open by Ann"):
        desk.refresh(customers=customers())


def test_a_workbook_without_the_tables_is_refused(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    file = tmp_path / "plain.xlsx"
    openpyxl.Workbook().save(file)
    with pytest.raises(
        WorkbookError, match=r"has no table tblCustomers.*creditcells new portfolio"
    ):
        refresh_file(file, SourceSet())


@pytest.mark.usefixtures("uncomputed")
def test_notes_below_a_table_are_not_overwritten(desk):
    book = open_book(desk.book)
    sheet = book.sheets["Customers"]
    sheet.range((50, 3)).value = "my note"
    book.save()
    with pytest.raises(WorkbookError, match="something stands below it in row 50"):
        desk.refresh(customers=customers(60), loans=loans())


def test_a_missing_source_is_named_and_nothing_is_written(desk):
    before = desk.book.read_bytes()
    with pytest.raises(SourceError, match=r"gone\.csv: there is no such file"):
        refresh_file(desk.book, SourceSet.of(customers=str(desk.folder / "gone.csv")))
    assert desk.book.read_bytes() == before


@pytest.mark.usefixtures("uncomputed")
@pytest.mark.parametrize(
    ("wrong", "words"), [("", "has no rows"), ("x" * 3, "none of its 3 rows can be used")]
)
def test_a_source_without_usable_customers_does_not_empty_the_workbook(desk, wrong, words):
    rows = customers(len(wrong)).assign(customer_id="") if wrong else customers().iloc[:0]
    before = desk.book.read_bytes()
    with pytest.raises(SourceError, match=rf"customers\.csv: {words}"):
        desk.refresh(customers=rows, loans=loans())
    assert desk.book.read_bytes() == before


def test_progress_names_each_step_once(desk):
    seen = []
    sources = desk.put(customers=customers(), loans=loans())
    refresh_file(desk.book, sources, as_of=Q2, progress=lambda *step: seen.append(step))
    assert [step[1] for step in seen] == [0, 1, 2, 3, 4, 5]
    assert {step[2] for step in seen} == {6}
    assert seen[-1][0] == "saving"


def test_an_older_snapshot_that_comes_late_stands_in_its_place(desk):
    desk.refresh(Q2, customers=customers(), loans=loans())
    desk.refresh(Q1, customers=customers(12, credit_record="serious"), loans=loans())
    history = desk.table("tblHistory")
    days = [day.date() for day in history.iloc[:, 0]]
    assert days == [Q1] * 12 + [Q2] * 12
    assert history.iloc[12:, 4].tolist() == history.iloc[:12, 3].tolist()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_workbook_without_the_worked_case_is_filled_by_its_first_refresh(tmp_path, lang):
    desk = Desk(tmp_path, lang, without_case=True)
    assert len(desk.table("tblHistory").dropna(how="all")) == 0
    summary = desk.refresh(customers=customers(), loans=loans(), transactions=transactions())
    assert summary.uncomputed == ()
    assert summary.unreconciled == 0
    assert len(desk.cells("res_grade")) == 12
    assert all(desk.cells("res_grade"))
    assert len(desk.table("tblHistory")) == 12
    assert len(desk.table("tblAudit")) == 1
