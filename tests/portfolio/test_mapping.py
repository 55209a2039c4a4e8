"""Mapping files and recognising columns by their names."""

import numpy as np
import pandas as pd
import pytest

from addin.errors import MappingError
from addin.portfolio.mapping import known_headers, map_rows
from addin.portfolio.mapping_file import plan_tables, sources_left_open
from addin.portfolio.model import Source, SourceSet
from addin.portfolio.rows import RawRows, normalise
from workbook_templates.fields import TABLES, fields

DAY = np.datetime64("2026-03-31")
LOANS = """
[sources.core]
file = "core.csv"
dates = ["%d/%m/%Y"]
blanks = ["n/a"]

[loans]
source = "core"

[loans.fields]
loan_id = "Nr"
customer_id = { column = "Cust no." }
balance = "Gross / 10000"
start = "Opened"
rate = 0.05
default = { column = "Status", values = { "CHGOFF" = "yes", "paid" = false } }
"""


def rows(**columns):
    frame = pd.DataFrame(columns, dtype=object)
    return RawRows("core.csv", "", frame, np.arange(2, len(frame) + 2))


def core(size=2, **changes):
    columns = {
        "Nr": [f"L{i}" for i in range(size)],
        "Cust no.": ["C1"] * size,
        "Gross": ["50,000"] * size,
        "Opened": ["31/01/2026"] * size,
        "Status": ["CHGOFF", "PAID"] * (size // 2),
    }
    return rows(**(columns | changes))


@pytest.fixture
def plan(tmp_path):
    def make(text):
        file = tmp_path / "map.toml"
        file.write_text(text, encoding="utf-8")
        return plan_tables(SourceSet(mapping=file))

    return make


def test_a_mapping_file_makes_the_fields(plan):
    (loans,) = plan(LOANS)
    made = map_rows(loans, core(), DAY).fields
    assert made["loan_id"].data.tolist() == ["L0", "L1"]
    assert made["customer_id"].data.tolist() == ["C1", "C1"]
    assert made["balance"].data.tolist() == [5.0, 5.0]
    assert made["start"].data[0] == np.datetime64("2026-01-31")
    assert made["rate"].data.tolist() == [0.05, 0.05]
    assert made["default"].data.tolist() == [1, 0]


@pytest.mark.parametrize(
    "header", ["营业收入（万元）", "营业收入 (万元)", "Revenue (CNY 10k)", "Ｒevenue"]
)
def test_a_header_may_state_the_fields_unit(header):
    (customers,) = plan_tables(SourceSet.of(customers="core.csv"))
    given = rows(customer_id=["C1"], name=["A"], **{header: ["5"]})
    assert map_rows(customers, given, DAY).fields["revenue"].data.tolist() == [5.0]
    assert normalise(header) in known_headers(customers)


@pytest.mark.parametrize("header", ["营业收入（元）", "Revenue (USD)", "资产负债率（%）"])
def test_a_header_with_another_or_a_doubtful_unit_is_not_taken(header):
    (customers,) = plan_tables(SourceSet.of(customers="core.csv"))
    given = rows(customer_id=["C1"], name=["A"], **{header: ["5"]})
    assert map_rows(customers, given, DAY).unused == (header,)


@pytest.mark.parametrize("nested", [{"number": "C1"}, ["C1"], np.array(["C1"])])
def test_a_column_of_lists_or_records_is_refused_by_name(nested):
    (customers,) = plan_tables(SourceSet.of(customers="core.parquet"))
    cells = np.empty(2, dtype=object)
    cells[1] = nested
    with pytest.raises(MappingError, match="column 'customer_id' hold lists or records"):
        map_rows(customers, rows(customer_id=cells, name=["A", "B"]), DAY)
    # One that no field uses is in nobody's way.
    given = rows(customer_id=["C1", "C2"], name=["A", "B"], tags=cells)
    assert map_rows(customers, given, DAY).unused == ("tags",)


def test_columns_inside_expressions_help_to_find_the_header(plan):
    (loans,) = plan(LOANS)
    assert {"nr", "gross", "cust no.", "opened", "status"} <= known_headers(loans)


def test_a_word_that_the_values_do_not_know_is_at_fault_under_its_own_column(plan):
    (loans,) = plan(LOANS)
    made = map_rows(loans, core(Status=["CHGOFF", "odd"]), DAY).fields["default"]
    (fault,) = made.faults
    assert (fault.rule, fault.column, fault.cells.tolist()) == (
        "not yes or no",
        "Status",
        [False, True],
    )


def test_a_file_of_the_mapping_starts_at_its_folder_and_the_command_line_wins(plan, tmp_path):
    (loans,) = plan(LOANS)
    assert (loans.folder, loans.source.location) == (tmp_path, "core.csv")
    given = SourceSet(
        mapping=tmp_path / "map.toml", sources=(Source(location="b.csv", name="core"),)
    )
    (loans,) = plan_tables(given)
    assert (loans.folder, loans.source.location) == (None, "b.csv")


def test_several_sources_may_feed_one_table(plan):
    text = '[sources.a]\nfile = "a.csv"\n[sources.b]\nfile = "b.csv"\n'
    parts = '[[customers]]\nsource = "a"\nby_name = true\n[[customers]]\nsource = "b"\n'
    assert [part.source.location for part in plan(text + parts)] == ["a.csv", "b.csv"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("Gross / 10000", "Gros / 10000"),
            "loans.balance = .*no column 'Gros'. Did you mean 'Gross'",
        ),
        (("rate = 0.05", "speed = 1"), "loans has no field 'speed'. Its fields are loan_id"),
        (('source = "core"', 'source = "cor"'), "source 'cor' has no file"),
        (('dates = ["%d/%m/%Y"]', "date = 1"), "sources.core has the unknown key 'date'"),
        (('dates = ["%d/%m/%Y"]', 'decimal = "x"'), "decimal 'x' is neither"),
        (("[loans]", "[lones]"), "the file has the unknown key 'lones'"),
        (('loan_id = "Nr"', "loan_id = {}"), "must have one of column, expression and value"),
        (
            ('loan_id = "Nr"\n', ""),
            r"loans.loan_id .* has no column; the columns of core.csv are Nr",
        ),
        (("rate = 0.05", "rate = = 1"), "is no TOML"),
        (("Gross / 10000", "date(Opened)"), "a date cannot be read as a number"),
    ],
)
def test_a_mapping_that_does_not_work_says_where_and_what_exists(plan, change, message):
    with pytest.raises(MappingError, match=message):
        _ = [map_rows(one, core(), DAY) for one in plan(LOANS.replace(*change))]


def test_a_mapping_file_that_is_missing_or_not_utf8_is_named(tmp_path):
    with pytest.raises(MappingError, match=r"map\.toml: there is no such file"):
        plan_tables(SourceSet(mapping=tmp_path / "map.toml"))
    (tmp_path / "map.toml").write_bytes("# 映射".encode("gb18030"))
    with pytest.raises(MappingError, match="is not UTF-8"):
        plan_tables(SourceSet(mapping=tmp_path / "map.toml"))


def test_a_source_that_the_mapping_does_not_use_is_refused(tmp_path):
    (tmp_path / "map.toml").write_text(LOANS, encoding="utf-8")
    given = SourceSet.of(named={"corr": "x.csv"}, mapping=tmp_path / "map.toml")
    with pytest.raises(MappingError, match=r"uses no source 'corr'. Its sources are core"):
        plan_tables(given)


def test_without_a_mapping_a_source_is_named_after_its_table():
    with pytest.raises(MappingError, match=r"'client' belongs to no table. Call it customers"):
        plan_tables(SourceSet.of(named={"client": "x.csv"}))


@pytest.mark.parametrize("lang", ["en", "zh", "name"])
@pytest.mark.parametrize("table", TABLES)
def test_columns_are_recognised_by_their_names_in_either_language(table, lang):
    (plan,) = plan_tables(SourceSet.of(**{table: "x.csv"}))
    headers = [field.name if lang == "name" else field.header(lang) for field in fields(table)]
    raw = rows(**{header.upper(): [""] for header in headers}, extra=["1"])
    mapped = map_rows(plan, raw, DAY)
    assert list(mapped.fields) == [field.name for field in fields(table)]
    assert mapped.unused == ("extra",)
    assert {normalise(header) for header in headers} <= known_headers(plan)


def test_two_columns_for_one_field_are_refused():
    (plan,) = plan_tables(SourceSet.of(loans="x.csv"))
    with pytest.raises(
        MappingError, match=r"loans\.balance has more than one column: Balance, 余额"
    ):
        map_rows(plan, rows(Balance=["1"], 余额=["2"]), DAY)


def test_a_missing_column_lists_those_that_exist():
    (plan,) = plan_tables(SourceSet.of(customers="x.csv"))
    with pytest.raises(
        MappingError, match=r"customer_id \(客户编号\) has no column; .* are ¿Í»§.*encoding"
    ):
        map_rows(plan, rows(**{"¿Í»§": ["1"]}), DAY)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"Opened": ["2/28/1997"] * 20},
            "no cell of column 'Opened' in core.csv is a date; the first is '2/28/1997' in row 2",
        ),
        ({"Gross": ["-- "] * 20}, "no cell of column 'Gross' in core.csv is a number"),
        ({"Status": ["A", "B"] * 10}, "no cell of column 'Status' in core.csv is a flag"),
    ],
)
def test_a_column_of_which_nothing_can_be_read_is_a_wrong_mapping(plan, changes, message):
    (loans,) = plan(LOANS)
    with pytest.raises(MappingError, match=message):
        map_rows(loans, core(20, **changes), DAY)


@pytest.mark.parametrize(
    ("text", "left_open"),
    [
        (LOANS, []),
        ('[sources.core]\nurl = "sqlite://"\n[loans]\nsource = "core"\n', []),
        ('[loans]\nsource = "core"\n', ["core"]),
        ("[loans.fields]\nloan_id = 'Nr'\n", ["loans"]),
        ('[sources.core]\ndelimiter = ";"\n[loans]\nsource = "core"\n', ["core"]),
        ('[[loans]]\nsource = "a"\n[[loans]]\nsource = "b"\n[customers]\nsource = "a"\n', ["a", "b"]),
        ("loans = 1\n", ["loans"]),
        ("", []),
    ],
)  # fmt: skip
def test_sources_that_a_mapping_leaves_open_are_told_once(tmp_path, text, left_open):
    file = tmp_path / "map.toml"
    file.write_text(text, encoding="utf-8")
    assert sources_left_open(file) == left_open


def test_mapping_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MappingError, match="there is no such file"):
        sources_left_open(tmp_path / "none.toml")
