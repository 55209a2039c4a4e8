"""The list of terms in docs/terms.md, held against the headers of every table and sheet."""

import re
from collections import defaultdict
from importlib import resources
from pathlib import Path

import pytest

from udfs import tables
from workbook_templates.fields import TABLES, fields
from workbook_templates.portfolio.layout import AUDIT_COLUMNS, CHECK_COLUMNS, HISTORY_COLUMNS
from workbook_templates.portfolio.result_formulas import result_columns

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"\| (?P<en>[^|]+) \| (?P<zh>[^|]+) \| [^|]+ \| `(?P<file>[^`]+)` \|")
SYNONYMS = {"不良": {"npl", "non performing"}}


def _words(text):
    """A header or term as it is compared: small letters, words apart."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


TERMS = [
    (_words(row["en"]), row["zh"], row["file"])
    for row in map(ROW.fullmatch, (ROOT / "docs/terms.md").read_text("utf-8").splitlines())
    if row
]


def _dictionary():
    """The table that the field dictionary itself is."""
    text = resources.files("workbook_templates").joinpath("fields.csv").read_text("utf-8")
    return tables.parse_table("fields", "workbook_templates", text)


def _table_headers():
    for table in (*map(tables.builtin, tables.names()), _dictionary()):
        for column in table.columns:
            yield table.name, _words(column.name), column.zh
    for name in TABLES:
        for field in fields(name):
            yield name, _words(field.header("en")), field.header("zh")


def _sheet_headers():
    for columns in (HISTORY_COLUMNS, CHECK_COLUMNS, AUDIT_COLUMNS, result_columns("en")):
        for column in columns:
            yield "sheet", _words(column.en), column.zh


def _odd_ones(pairs):
    """The left sides that stand with more than one right side, and with which."""
    found = defaultdict(set)
    for left, right in pairs:
        found[left].add(right)
    return {left: right for left, right in found.items() if len(right) > 1}


def _missing_terms(english, chinese):
    """The terms, longest first, that the English header holds and the Chinese one lacks."""
    missing = []
    for term, word, _ in sorted(TERMS, key=lambda one: -len(one[0])):
        place = re.search(rf"\b{re.escape(term)}s?\b", english)
        if place:
            english = english[: place.start()] + "·" + english[place.end() :]
            if word not in chinese:
                missing.append(word)
    return missing


def test_list_holds_the_terms():
    assert len(TERMS) == (ROOT / "docs/terms.md").read_text("utf-8").count("| `")


def test_every_term_stands_once():
    assert _odd_ones((en, zh) for en, zh, _ in TERMS) == {}
    assert len({en for en, _, _ in TERMS}) == len(TERMS)
    assert _odd_ones((zh, en) for en, zh, _ in TERMS) == SYNONYMS


@pytest.mark.parametrize(("english", "chinese", "file"), TERMS)
def test_term_stands_where_the_list_says(english, chinese, file):
    text = (ROOT / file).read_text("utf-8")
    assert chinese in text
    assert re.search(rf"\b{english}", _words(text))


def test_one_english_header_has_one_chinese_header_across_tables():
    assert _odd_ones((english, chinese) for _, english, chinese in _table_headers()) == {}


def test_one_chinese_header_has_one_english_header_across_tables():
    assert _odd_ones((chinese, english) for _, english, chinese in _table_headers()) == {}


@pytest.mark.parametrize(("place", "english", "chinese"), [*_table_headers(), *_sheet_headers()])
def test_header_with_a_term_has_its_chinese_word(place, english, chinese):
    assert _missing_terms(english, chinese) == [], place


def test_another_word_for_a_term_is_found():
    assert _missing_terms("pd upper", "坏账概率上限") == ["违约概率"]
    assert _missing_terms("region code", "地区代码") == ["行政区划代码"]
    assert _missing_terms("five tier class", "五级分类") == []
