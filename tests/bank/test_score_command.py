"""`creditcells score`, as a person types it."""

import importlib.util
import json
from functools import partial

import openpyxl
import pytest


@pytest.fixture
def run(run):
    return partial(run, "score")


def arguments(bank, out):
    found = ["--policy", bank.book, "--out", out]
    for table in ("customers", "loans", "transactions"):
        found += [f"--{table}", bank.folder / f"{table}.csv"]
    return found


@pytest.mark.parametrize(
    ("lang", "words", "sheets"),
    [
        ("en", ["left out", "tier", "outcome.xlsx"],
         ["Tiers", "Migration", "Watch list", "Data check"]),
        ("zh", ["剔除", "层级", "outcome.xlsx"], ["分层汇总", "等级迁徙", "关注名单", "数据检查"]),
    ],
)  # fmt: skip
def test_a_run_says_what_it_did_and_leaves_everything_in_one_folder(
    run, demo, lang, words, sheets, tmp_path
):
    code, out, _ = run(*arguments(demo(lang), tmp_path / "out"))
    assert code == 0
    assert all(word in out for word in words)
    names = sorted(file.name for file in (tmp_path / "out").iterdir())
    assert names == ["customers", "manifest.json", "outcome.xlsx", "rejects.parquet", "report.html"]
    book = openpyxl.load_workbook(tmp_path / "out" / "outcome.xlsx")
    assert book.sheetnames == sheets
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "2026-09-30" in report
    assert demo(lang).book.name in report


def test_json_gives_the_figures(run, demo, tmp_path):
    code, out, _ = run(*arguments(demo(), tmp_path / "out"), "--json")
    found = json.loads(out)
    assert code == 0
    assert found["customers"] == sum(tier["customers"] for tier in found["tiers"])
    rows = found["rows"]["customers"]
    assert rows["read"] == rows["kept"] + rows["left_out"]
    assert rows["kept"] == found["customers"]


def test_the_second_run_tells_the_migration_against_the_first(run, demo, tmp_path):
    bank, out = demo(), tmp_path / "out"
    run(*arguments(bank, out), "--as-of", "2026-06-30")
    code, shown, _ = run(*arguments(bank, out), "--as-of", "2026-09-30")
    assert code == 0
    assert "2026-06-30" in shown
    sheet = openpyxl.load_workbook(out / "outcome.xlsx")["Migration"]
    counts = [
        cell for row in sheet.iter_rows(min_row=6, min_col=3, values_only=True) for cell in row
    ]
    customers = json.loads((out / "manifest.json").read_text())["customers"]
    assert sum(cell for cell in counts if isinstance(cell, int)) == customers


def test_a_source_that_cannot_be_used_ends_with_a_message_and_code_3(run, demo, tmp_path):
    code, _, err = run("--policy", demo().book, "--out", tmp_path / "out", "--loans", "none.csv")
    assert code == 3
    assert "there is no such file" in err


def test_without_the_extra_the_message_names_it(run, demo, tmp_path, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "duckdb" else found(name)
    )
    code, _, err = run(*arguments(demo(), tmp_path / "out"))
    assert code == 3
    assert "needs duckdb" in err
    assert "creditcells[bank]" in err
