"""Rows of files in a template's workbook: where they go, what stays, and what is refused."""

import datetime as dt
import json
import zipfile

import openpyxl
import pytest

from addin.errors import MappingError, SourceError, WorkbookError
from addin.filling.fill import fill_file
from addin.filling.recognised import recognise
from addin.headless.engine import open_book
from addin.headless.workbook import Workbook
from addin.portfolio import SourceSet
from addin.portfolio.sheet_tables import find_tables
from addin.templates import new_workbook
from tests.templates.every import errors, named
from workbook_templates import LANGUAGES, TEMPLATES
from workbook_templates.errors import CapacityError
from workbook_templates.rfm_abc.layout import FIELDS, SHEETS

DAY = dt.date(2026, 3, 31)
CUSTOMERS = {
    "en": "Customer ID,Name,Grade,Days overdue\nX1,First,AA,0\nX2,Second,BB,5\n",
    "zh": "客户编号,客户名称,信用等级,逾期天数\nX1,甲公司,AA,0\nX2,乙公司,BB,5\n",
}
EVENTS = {
    "en": "customer_id,date,amount,kind\nX1,2026-03-01,10,fee\nX1,2025-03-01,30,missed\n"
    "X2,2025-09-01,5,repayment\nX9,2025-09-01,5,fee\nX2,2025-13-01,5,fee\n",
    "zh": "客户编号,日期,收入,事件类型\nX1,2026-03-01,10,收费\nX1,2025-03-01,30,未按期还款\n"
    "X2,2025-09-01,5,还款\nX9,2025-09-01,5,收费\nX2,2025-13-01,5,收费\n",
}
MANY = 75


def sources(folder, lang="en", **texts):
    given = texts or {"customers": CUSTOMERS[lang], "transactions": EVENTS[lang]}
    for name, text in given.items():
        (folder / f"{name}.csv").write_bytes(text.encode("gb18030" if lang == "zh" else "utf-8"))
    return SourceSet.of(named={name: str(folder / f"{name}.csv") for name in given})


def day(*parts):
    return dt.datetime.combine(dt.date(*parts), dt.time())


def many(rows=MANY):
    lines = (f"N{i},Name {i},A,0" for i in range(rows))
    return "customer_id,name,grade,overdue_days\n" + "\n".join(lines) + "\n"


@pytest.fixture(params=LANGUAGES)
def lang(request):
    return request.param


@pytest.fixture
def book(tmp_path, lang):
    return new_workbook("rfm_abc", tmp_path / "book.xlsx", lang=lang)


@pytest.fixture
def english(tmp_path):
    return new_workbook("rfm_abc", tmp_path / "book.xlsx")


def rows(path, table, lang="en"):
    sheet = openpyxl.load_workbook(path, data_only=True)[SHEETS[table][lang]]
    width = len(FIELDS[table])
    cells = sheet.iter_rows(min_row=7, min_col=2, max_col=1 + width, values_only=True)
    return [row for row in cells if any(cell is not None for cell in row)]


def test_rows_stand_in_the_table_and_are_computed(tmp_path, book, lang):
    out = tmp_path / "out.xlsx"
    before = book.read_bytes()
    filled = fill_file(book, sources(tmp_path, lang), out)
    assert book.read_bytes() == before
    names = {"en": ("First", "Second"), "zh": ("甲公司", "乙公司")}[lang]
    assert rows(out, "customers", lang) == [
        ("X1", names[0], "AA", 0, None, None),
        ("X2", names[1], "BB", 5, None, None),
    ]
    kinds = {"en": ("fee", "missed", "repayment"), "zh": ("收费", "未按期还款", "还款")}[lang]
    assert rows(out, "transactions", lang) == [
        ("X1", day(2026, 3, 1), 10, kinds[0]),
        ("X1", day(2025, 3, 1), 30, kinds[1]),
        ("X2", day(2025, 9, 1), 5, kinds[2]),
    ]
    found = openpyxl.load_workbook(out, data_only=True)
    assert errors(found) == []
    assert named(found, "check_total") == 0
    assert named(found, "total_customers") == 2
    assert (filled.difference, filled.uncomputed, filled.backup) == (0, (), None)


def test_every_row_is_accounted_for_with_its_reason(tmp_path, book, lang):
    filled = fill_file(book, sources(tmp_path, lang), tmp_path / "out.xlsx")
    counts = {one.table: (one.read, one.written, one.left_out) for one in filled.tables}
    assert counts == {"customers": (2, 2, 0), "transactions": (5, 3, 2)}
    assert filled.faults_by_rule == {"impossible date": 1, "unknown customer": 1}
    listed = filled.listed.read_text(encoding="utf-8-sig").splitlines()
    assert len(listed) == 3
    assert all(line.startswith(SHEETS["transactions"][lang]) for line in listed[1:])
    assert any("X9" in line and ",5," in line for line in listed)


def test_parts_without_a_value_that_changed_stay_byte_for_byte(tmp_path, english):
    fill_file(english, sources(tmp_path), tmp_path / "out.xlsx")
    with zipfile.ZipFile(english) as old, zipfile.ZipFile(tmp_path / "out.xlsx") as new:
        assert old.namelist() == new.namelist()
        changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
    assert all(name.startswith("xl/worksheets/sheet") for name in changed), changed


def test_in_place_leaves_a_backup(tmp_path, english):
    before = english.read_bytes()
    filled = fill_file(english, sources(tmp_path))
    assert filled.backup.read_bytes() == before
    assert len(rows(english, "customers")) == 2


def test_columns_that_no_source_gives_follow_their_customer(tmp_path):
    path = new_workbook("rfm_abc", tmp_path / "book.xlsx", without_case=True)
    fill_file(path, sources(tmp_path, customers=f"{CUSTOMERS['en'].rstrip()}\n"))
    book = open_book(path)
    book.sheets[SHEETS["customers"]["en"]]["G8"].value = "Owner of X2"
    book.save()
    fill_file(path, sources(tmp_path, customers="customer_id,name\nX7,New\nX2,Second\n"))
    assert rows(path, "customers") == [
        ("X7", "New", None, None, None, None),
        ("X2", "Second", "BB", 5, None, "Owner of X2"),
    ]


def test_the_worked_case_of_customers_who_go_goes_too(tmp_path, english):
    filled = fill_file(english, sources(tmp_path, customers=CUSTOMERS["en"]))
    assert filled.cleared == ("transactions",)
    assert rows(english, "transactions") == []
    assert filled.difference == 0


def test_rows_of_the_bank_stay_when_another_table_is_filled(tmp_path, english):
    fill_file(english, sources(tmp_path))
    filled = fill_file(english, sources(tmp_path, customers=CUSTOMERS["en"]))
    assert filled.cleared == ()
    assert len(rows(english, "transactions")) == 3


def test_too_many_rows_are_refused_with_the_way_out(tmp_path, english):
    before = english.read_bytes()
    with pytest.raises(
        WorkbookError, match=rf"room for 60 rows, and {MANY} .*--grow.*--rows"
    ) as no:
        fill_file(english, sources(tmp_path, customers=many()), tmp_path / "out.xlsx")
    assert f"creditcells new rfm_abc FILE --rows customers={MANY}" in str(no.value)
    assert english.read_bytes() == before
    assert not (tmp_path / "out.xlsx").exists()


def test_a_workbook_grows_and_keeps_inputs_and_policy(tmp_path, lang):
    path = new_workbook("rfm_abc", tmp_path / "book.xlsx", lang=lang)
    fill_file(path, sources(tmp_path, lang))
    changed = Workbook.open(path)
    policy = changed.sheet(SHEETS["policy"][lang])
    place = next(one.text for one in changed.names if one.name == "abc_cut_a").rpartition("$")[2]
    policy.set_values(int(place), 3, [[0.6]])
    changed.save()
    tables = find_tables(open_book(path), ["tblSegmentActions"])
    wider = open_book(path)
    find_tables(wider, ["tblSegmentActions"])["tblSegmentActions"].resize(
        tables["tblSegmentActions"].rows + 1
    )
    wider.save()
    filled = fill_file(
        path, sources(tmp_path, customers=many() + "X1,Kept,B,0\nX2,Kept,B,0\n"), grow=True
    )
    assert filled.grown
    assert filled.own_formulas == ()
    assert filled.room["customers"] == MANY + 2
    assert filled.difference == 0
    after = open_book(path)
    assert after.names["abc_cut_a"].refers_to_range.value == 0.6
    actions = find_tables(after, ["tblSegmentActions"])["tblSegmentActions"]
    assert actions.rows == tables["tblSegmentActions"].rows + 1
    assert actions.body()[:-1] == tables["tblSegmentActions"].body()
    assert len(rows(path, "transactions", lang)) == 3
    assert named(openpyxl.load_workbook(path, data_only=True), "total_customers") == MANY + 2


def test_a_sheet_of_the_users_own_keeps_a_workbook_from_growing(tmp_path, english):
    book = open_book(english)
    book.sheets.add("My notes")
    book.save()
    with pytest.raises(WorkbookError, match=r"sheets of your own.*My notes"):
        fill_file(english, sources(tmp_path, customers=many()), grow=True)


def test_formulas_that_were_changed_by_hand_are_named(tmp_path, english):
    book = open_book(english)
    book.sheets["Actions"]["D6"].formula = "=1+1"
    book.save()
    filled = fill_file(english, sources(tmp_path, customers=many()), grow=True)
    assert filled.own_formulas == ("Actions!D6",)


def test_no_workbook_grows_beyond_what_can_be_computed(tmp_path, english):
    with pytest.raises(CapacityError, match="from 60 to 10,000; got 10,001"):
        fill_file(english, sources(tmp_path, customers=many(10_001)), grow=True)


@pytest.mark.parametrize(
    ("texts", "error", "message"),
    [
        (
            {"customers": "customer_id,name\n,Nobody\n"},
            SourceError,
            "none of its 1 rows can be used",
        ),
        ({"customers": "number,name\n1,A\n"}, MappingError, "customer_id .* has no column"),
        ({"transactions": "customer_id,date,amount\nC0001,2026-01-01,1\n"}, MappingError, "kind"),
        ({"loans": "loan_id\n1\n"}, MappingError, "Call it customers, transactions"),
    ],
)
def test_a_source_that_cannot_be_used_changes_nothing(tmp_path, english, texts, error, message):
    before = english.read_bytes()
    with pytest.raises(error, match=message):
        fill_file(english, sources(tmp_path, **texts))
    assert english.read_bytes() == before


def test_the_day_is_set_where_the_workbook_has_one(tmp_path, english):
    fill_file(english, sources(tmp_path), as_of=dt.date(2026, 6, 30))
    assert named(openpyxl.load_workbook(english), "asof") == day(2026, 6, 30)
    history = "loan_id,sample,defaulted,exposure\nL1,development,0,1\n"
    lab = new_workbook("model_lab", tmp_path / "lab.xlsx")
    with pytest.raises(WorkbookError, match="no as-of date"):
        fill_file(lab, sources(tmp_path, history=history), as_of=DAY)


@pytest.mark.parametrize("name", [name for name, one in TEMPLATES.items() if one.tables])
def test_each_template_knows_its_own_workbook(tmp_path, name, lang):
    found = recognise(open_book(new_workbook(name, tmp_path / "book.xlsx", lang=lang)))
    assert (found.template.name, found.lang) == (name, lang)


def test_what_must_stand_in_a_list_of_the_workbook_has_it_as_options(tmp_path):
    found = recognise(open_book(new_workbook("early_warning", tmp_path / "book.xlsx")))
    fields = {one.name: one for one in found.dictionary["figures"]}
    assert fields["period"].option("2026Q1") == "2026Q1"
    assert fields["period"].option("1999Q1") is None


@pytest.mark.parametrize("name", ["portfolio", "customer_rating"])
def test_other_workbooks_are_refused(tmp_path, name):
    path = new_workbook(name, tmp_path / "book.xlsx")
    with pytest.raises(WorkbookError, match="creditcells new NAME FILE"):
        fill_file(path, sources(tmp_path))


def test_a_header_that_a_bank_calls_its_own_way_is_still_filled(tmp_path):
    path = new_workbook("model_lab", tmp_path / "lab.xlsx", without_case=True)
    book = open_book(path)
    table = find_tables(book, ["tblHistory"])["tblHistory"]
    place = table.headers.index("Debt ratio")
    book.sheets["History"].range(
        (table.first_row - 1, table.first_column + place)
    ).value = "Gearing"
    book.save()
    text = "loan_id,sample,defaulted,exposure,debt_ratio\nL1,development,1,5,0.4\n"
    fill_file(path, sources(tmp_path, history=text))
    table = find_tables(open_book(path), ["tblHistory"])["tblHistory"]
    assert table.headers[place] == "Gearing"
    assert table.column(place)[:2] == [0.4, None]


def test_the_command_tells_what_it_did(tmp_path, run, lang):
    sources(tmp_path, lang)
    code, _, _ = run("new", "rfm_abc", tmp_path / "b.xlsx", "--rows", 70, "--lang", lang, "--empty")
    assert code == 0
    given = [f"{name}={tmp_path / name}.csv" for name in ("customers", "transactions")]
    code, shown, _ = run("fill", tmp_path / "b.xlsx", *given, "--out", tmp_path / "o.xlsx")
    assert code == 0
    assert SHEETS["transactions"][lang] in shown
    assert str(tmp_path / "o.data-check.csv") in shown.replace("\n", "")
    code, shown, _ = run("fill", tmp_path / "b.xlsx", *given, "--json")
    told = json.loads(shown)
    assert told["room"] == {"customers": 70, "transactions": 450}
    assert [one["written"] for one in told["tables"]] == [2, 3]


def test_a_file_without_a_name_goes_to_the_table_that_is_named_or_the_only_one(tmp_path, run):
    sources(tmp_path)
    new_workbook("rfm_abc", tmp_path / "b.xlsx")
    file = tmp_path / "customers.csv"
    code, _, told = run("fill", tmp_path / "b.xlsx", file)
    assert (code, "--table" in told) == (3, True)
    assert run("fill", tmp_path / "b.xlsx", file, "--table", "customers")[0] == 0
    new_workbook("tier_strategy", tmp_path / "t.xlsx")
    code, _, told = run("fill", tmp_path / "t.xlsx", file)
    assert (code, "customers.exposure" in told) == (3, True)


@pytest.mark.parametrize("rows", ["many", "customers=", "=5", "-3"])
def test_rows_that_are_no_number_are_a_wrong_command_line(tmp_path, run, rows):
    assert run("new", "rfm_abc", tmp_path / "b.xlsx", f"--rows={rows}")[0] == 2


def test_the_fields_of_a_template_are_listed(run, lang):
    code, shown, _ = run("fields", "rfm_abc", "--lang", lang, "--json")
    tables = json.loads(shown)
    assert code == 0
    assert [one["name"] for one in tables] == ["customers", "transactions"]
    listed = {one["name"]: one for one in tables[1]["fields"]}
    assert [one["header"] for one in listed.values()] == [
        field.header(lang) for field in FIELDS["transactions"]
    ]
    assert listed["kind"]["needed"]
    assert {"en": "drawdown", "zh": "提款"}[lang] in listed["kind"]["kind"]
    assert SHEETS["transactions"][lang] in run("fields", "rfm_abc", "--lang", lang)[1]


def test_a_template_without_tables_says_so(run):
    assert "no tables" in run("fields", "customer_rating")[1]
