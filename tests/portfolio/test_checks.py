"""The field dictionary's rules and those between tables: what is listed, blanked and left out."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from addin.portfolio.checks import check_table
from addin.portfolio.faults import FaultLog
from addin.portfolio.mapping import map_rows
from addin.portfolio.mapping_file import plan_tables
from addin.portfolio.model import SourceSet
from addin.portfolio.rows import BrokenRow, RawRows
from addin.portfolio.rules import ACTIONS, KEEPS_THE_CELL, RULES
from workbook_templates.fields import TABLES

DAY = np.datetime64("2026-03-31")
GOOD = {
    "customers": {"customer_id": "C1", "name": "A", "kind": "enterprise"},
    "loans": {"loan_id": "L1", "customer_id": "C1", "balance": "5"},
    "transactions": {"customer_id": "C1", "date": "2026-01-31", "amount": "1"},
}


def mapped(table, *rows, broken=(), source="a.csv"):
    names = list(dict.fromkeys(name for row in rows for name in row))
    frame = pd.DataFrame([[row.get(name, "") for name in names] for row in rows], columns=names)
    raw = RawRows(source, "", frame.astype(object), np.arange(2, len(rows) + 2), tuple(broken))
    (plan,) = plan_tables(SourceSet.of(**{table: source}))
    return map_rows(plan, raw, DAY)


def check(table, *rows, customers=("C1",), **options):
    log = FaultLog()
    known = None
    if table != "customers":
        parts = [mapped("customers", *({"customer_id": c, "name": c} for c in customers))]
        known = check_table(parts, FaultLog())
    parts = options.pop("parts", None) or [mapped(table, *rows, **options)]
    return check_table(parts, log, customers=known), log.entries("en")


@pytest.mark.parametrize(
    ("table", "field", "cell"),
    [("transactions", "date", "1997-01-01"), ("loans", "start", "1998-05-01")],
)
def test_a_history_of_the_last_century_is_read(table, field, cell):
    checked, entries = check(table, GOOD[table] | {field: cell})
    assert entries.empty
    assert str(checked.frame[field][0].date()) == cell


@pytest.mark.parametrize(
    ("table", "field", "cell", "rule", "action"),
    [
        ("customers", "revenue", "much", "Not a number", "Cell left blank"),
        ("customers", "revenue", "-5", "Negative", "Cell left blank"),
        ("customers", "debt_ratio", "55", "Out of bounds", "Cell left blank"),
        ("customers", "interest_cover", "-99999", "Out of bounds", "Cell left blank"),
        ("customers", "last_review", "2026-02-30", "Impossible date", "Cell left blank"),
        ("customers", "last_review", "31/03/2026", "Not a date", "Cell left blank"),
        ("customers", "last_review", "1850-01-01", "Date out of bounds", "Cell left blank"),
        ("customers", "last_review", "1997-06-30", "Date out of bounds", "Cell left blank"),
        ("customers", "management", "superb", "Not an option", "Cell left blank"),
        ("customers", "group", "perhaps", "Not yes or no", "Cell left blank"),
        ("customers", "name", "=cmd|'/c calc'!A0", "Formula-like text", "Kept as text"),
        ("customers", "owner", "a\x02b", "Control characters", "Kept"),
        ("customers", "name", "", "Missing", "Row left out"),
        ("customers", "customer_id", " ", "Missing", "Row left out"),
        ("loans", "balance", "x", "Not a number", "Row left out"),
        ("loans", "balance", "-1", "Negative", "Row left out"),
        ("loans", "balance", "", "Missing", "Row left out"),
        ("loans", "customer_id", "C9", "Unknown customer", "Row left out"),
        ("transactions", "date", "2026-02-31", "Impossible date", "Row left out"),
        ("transactions", "date", "1926-02-28", "Date out of bounds", "Row left out"),
        ("transactions", "customer_id", "C9", "Unknown customer", "Row left out"),
    ],
)
def test_a_fault_is_listed_with_its_place_and_what_was_done(table, field, cell, rule, action):
    checked, entries = check(table, GOOD[table], GOOD[table] | {key(table): "X2", field: cell})
    (entry,) = entries.to_dict("records")
    assert (entry["table"], entry["source"], entry["row"], entry["column"]) == (
        table,
        "a.csv",
        3,
        field,
    )
    assert (entry["rule"], entry["action"]) == (rule, action)
    assert entry["value"] == cell
    left_out = action == "Row left out"
    assert entry["left_out"] == left_out
    assert len(checked.frame) == 2 - left_out


def key(table):
    return {"customers": "customer_id", "loans": "loan_id"}.get(table, "kind_")


def test_a_blanked_cell_never_counts_as_a_value():
    checked, _ = check("customers", GOOD["customers"] | {"revenue": "-5", "management": "superb"})
    assert np.isnan(checked.frame["revenue"].iloc[0])
    assert checked.frame["management"].iloc[0] == ""


def test_options_are_understood_in_both_languages_and_any_case():
    rows = [
        GOOD["customers"] | {"customer_id": f"C{i}", "kind": kind}
        for i, kind in enumerate(["企业", "Individual", "OTHER"])
    ]
    checked, _ = check("customers", *rows)
    assert checked.frame["kind"].tolist() == ["enterprise", "individual", "other"]


def test_the_first_row_of_an_id_counts_and_the_others_name_it():
    row = GOOD["customers"]
    checked, entries = check(
        "customers", row, row | {"name": "B"}, row | {"customer_id": "C2"}, row
    )
    assert checked.frame["name"].tolist() == ["A", "A"]
    assert checked.rows.tolist() == [2, 4]
    assert entries["row"].tolist() == [3, 5]
    assert "stands already in row 2" in entries["message"].iloc[0]


def test_an_id_may_stand_again_after_a_row_that_was_left_out():
    row = GOOD["loans"]
    checked, entries = check("loans", row | {"balance": "x"}, row)
    assert checked.rows.tolist() == [3]
    assert entries["rule"].tolist() == ["Not a number"]


def test_ids_are_told_apart_across_the_sources_of_a_table():
    row = GOOD["customers"]
    parts = [
        mapped("customers", row),
        mapped("customers", row, row | {"customer_id": "C2"}, source="b.csv"),
    ]
    checked, entries = check("customers", parts=parts)
    assert checked.frame["customer_id"].tolist() == ["C1", "C2"]
    assert entries[["source", "row"]].to_numpy().tolist() == [["b.csv", 2]]


def test_a_maturity_before_the_start_is_blanked():
    row = GOOD["loans"] | {"start": "2026-01-02", "maturity": "2026-01-01"}
    checked, entries = check("loans", row)
    assert pd.isna(checked.frame["maturity"].iloc[0])
    assert entries["rule"].tolist() == ["Maturity before start"]


@pytest.mark.parametrize(("consent", "listed"), [("yes", False), ("no", True), ("", True)])
def test_a_natural_person_without_consent_is_listed(consent, listed):
    row = GOOD["customers"] | {"kind": "individual", "consent": consent}
    checked, entries = check("customers", row)
    assert (entries["rule"].tolist() == ["No consent"]) is listed
    assert len(checked.frame) == 1


def test_an_enterprise_needs_no_consent():
    _, entries = check("customers", GOOD["customers"] | {"consent": "no"})
    assert entries.empty


def test_rows_read_are_rows_kept_and_rows_left_out():
    rows = [
        {"loan_id": f"L{i % 7}", "customer_id": f"C{i % 3}", "balance": ["1", "x", "", "-1"][i % 4]}
        for i in range(40)
    ]
    broken = [BrokenRow(50, "L9;C1", "too few fields", "3")]
    checked, entries = check("loans", *rows, customers=("C0", "C1"), broken=broken)
    assert len(checked.frame) + entries["left_out"].sum() == 41
    gone = set(entries.loc[entries["action"] == "Row left out", "row"])
    assert gone.isdisjoint(checked.rows.tolist())
    assert gone | set(checked.rows.tolist()) == {*range(2, 42), 50}


def test_a_row_with_several_faults_counts_once():
    _, entries = check("loans", GOOD["loans"] | {"balance": "x", "customer_id": "", "rate": "9"})
    assert entries["left_out"].tolist() == [1, 0, 0]
    assert set(entries["action"]) == {"Row left out"}


def test_a_cell_that_feeds_two_fields_is_listed_once(tmp_path):
    file = tmp_path / "m.toml"
    file.write_text(
        '[loans]\nsource = "x"\n[loans.fields]\nloan_id = "n"\ncustomer_id = "c"\n'
        'balance = "number(b)"\namount = "b / 2"\n[sources.x]\nfile = "x.csv"\n',
        encoding="utf-8",
    )
    (plan,) = plan_tables(SourceSet(mapping=file))
    frame = pd.DataFrame({"n": ["1", "2"], "c": ["C1", "C1"], "b": ["odd", "4"]}, dtype=object)
    part = map_rows(plan, RawRows("x.csv", "", frame, np.array([2, 3])), DAY)
    checked, entries = check("loans", parts=[part])
    assert entries[["column", "value", "left_out"]].to_numpy().tolist() == [["b", "odd", 1]]
    assert checked.frame["balance"].tolist() == [4.0]


def test_rows_on_the_sheet_are_listed_and_left_alone():
    log = FaultLog()
    part = mapped("customers", GOOD["customers"], GOOD["customers"] | {"revenue": "-1"})
    checked = check_table([part], log, on_sheet=True)
    entries = log.entries("zh")
    assert len(checked.frame) == 2
    assert set(entries["action"]) == {"原样保留，请在工作表中更正"}
    assert entries["left_out"].sum() == 0


def test_every_rule_has_its_words_in_both_languages():
    for rule in RULES.values():
        assert set(rule.labels) == set(rule.messages) == {"en", "zh"}
        for message in rule.messages.values():
            assert message.format(column="c", value="v", allowed="a")
    assert all(set(words) == {"en", "zh"} for words in ACTIONS.values())
    assert set(KEEPS_THE_CELL) <= set(RULES)


def test_an_empty_log_has_no_entries():
    assert FaultLog().entries("en").empty


def test_a_table_without_rows_is_checked_too():
    for table in TABLES:
        part = mapped(table, GOOD[table])
        empty = RawRows("a.csv", "", part.raw.frame.iloc[:0], part.raw.rows[:0])
        checked, entries = check(table, parts=[map_rows(part.plan, empty, DAY)])
        assert checked.frame.empty
        assert entries.empty


def test_dates_of_an_excel_source_are_days():
    row = GOOD["transactions"] | {"date": dt.datetime(2026, 1, 31)}  # noqa: DTZ001 - as a cell has it
    checked, entries = check("transactions", row)
    assert entries.empty
    assert str(checked.frame["date"].iloc[0])[:10] == "2026-01-31"
