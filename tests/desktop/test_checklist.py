"""The check list for Excel: the same steps in both languages, with results that are true."""

import re
from pathlib import Path

import pytest

import udfs
from udfs.examples import parse_call

DOCS = Path(__file__).parents[2] / "docs"
TEXTS = {lang: (DOCS / name).read_text(encoding="utf-8") for lang, name in
         (("en", "excel-checklist.md"), ("zh", "excel-checklist.zh.md"))}  # fmt: skip
STEP = re.compile(r"^\| (\d+) \|", re.MULTILINE)


def steps(lang):
    return [int(number) for number in STEP.findall(TEXTS[lang])]


def test_steps_are_numbered_and_the_same_in_both_languages():
    assert steps("en") == steps("zh") == list(range(1, len(steps("en")) + 1))


@pytest.mark.parametrize("lang", TEXTS)
def test_functions_of_the_steps_are_ours(lang):
    named = set(re.findall(r"CR_[A-Z0-9]+", TEXTS[lang]))
    assert named
    assert named <= set(udfs.FUNCTIONS)


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        ("=CR_PD2GRADE(0.0018)", [["A"]]),
        ("=CR_PD2GRADE({0.0018;0.03})", [["A"], ["BB"]]),
        ('=CR_NEXTREVIEW("2026-01-31","high")', [[46142]]),
    ],
)
def test_expected_results_are_what_the_functions_give(call, shown):
    name, cells = parse_call(call)
    assert udfs.call(name, *cells) == shown


def test_row_of_cover_ratios_is_what_the_function_gives():
    name, cells = parse_call("=CR_DSCR({100,110,120,130,140},94.95856)")
    (row,) = udfs.call(name, *cells)
    for text in TEXTS.values():
        (line,) = (one for one in text.splitlines() if "CR_DSCR" in one)
        assert [float(number) for number in re.findall(r"1\.\d{3}", line.split("|")[3])] == [
            round(cell, 3) for cell in row
        ]
