"""What a refresh prints at its end."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from addin import console
from addin.portfolio.model import Summary, TableCount, TierLine, Uncomputed
from udfs.errors import Words

COUNT = TableCount(
    table="customers", source="a.csv", read=1200, kept=1199, left_out=1, faults=3, written=1199,
    sha256="", detail="",
)  # fmt: skip
TIER = TierLine(tier="low", customers=1000, exposure=5000.4, expected_loss=2.25, average_pd=0.0125)
SUMMARY = Summary(
    book="book.xlsx", as_of=dt.date(2026, 9, 30), lang="en", tables=(COUNT,),
    tiers=(TIER, replace(TIER, tier="", average_pd=None)), faults_by_rule={"not a number": 3},
    listed=3, overflow=None, unreconciled=0, previous=dt.date(2026, 6, 30),
)  # fmt: skip


@pytest.fixture
def shown(capsys):
    def show(summary):
        console.show_summary(summary)
        return capsys.readouterr().out

    return show


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["Customers", "left out", "1,200", "average PD", "1.25%", "As of 2026-09-30: 3",
                "snapshot of 2026-06-30"]),
        ("zh", ["客户", "剔除", "1,200", "平均违约概率", "1.25%", "基准日 2026-09-30：数据检查共 3 条",
                "2026-06-30 的快照"]),
    ],
)  # fmt: skip
def test_summary_speaks_the_workbooks_language(shown, lang, words):
    text = shown(replace(SUMMARY, lang=lang))
    for word in words:
        assert word in text


@pytest.mark.parametrize(
    ("lang", "line"),
    [("en", "a.csv: utf-8, not used: sales."), ("zh", "a.csv：utf-8，未使用：sales。")],
)
def test_how_a_source_was_read_is_told(shown, lang, line):
    detail = Words("utf-8, not used: sales", "utf-8，未使用：sales")
    one = replace(COUNT, detail=detail)
    summary = replace(SUMMARY, lang=lang, tables=(one, replace(one, table="loans")))
    assert shown(summary).splitlines().count(line) == 1


def test_customers_without_a_tier_have_a_line(shown):
    assert "–" in shown(SUMMARY)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"overflow": Path("book.data-check.csv")}, "all entries are in book.data-check.csv"),
        ({"unreconciled": 2}, "2 rows are not accounted for"),
        (
            {"uncomputed": (Uncomputed(sheet="S", cell="A1", formula="=X()", reason="no X"),)},
            "Kept its old value: S!A1 =X(): no X",
        ),
    ],
)
def test_what_needs_looking_at_is_said(shown, change, words):
    assert words in shown(replace(SUMMARY, **change))
