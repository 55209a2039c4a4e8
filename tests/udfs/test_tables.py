import re

import pytest

import udfs
from udfs import tables
from udfs.errors import UnknownTableError
from udfs.kinds import Table

NAMES = tables.names()


@pytest.fixture(params=NAMES)
def table(request):
    return tables.builtin(request.param)


def test_table_says_what_it_is_where_from_and_as_of_when(table):
    assert table.title["en"]
    assert re.search(r"[\u4e00-\u9fff]", table.title["zh"])
    assert re.search(r"[A-Za-z]{3}", table.source["en"])
    assert re.search(r"[\u4e00-\u9fff]", table.source["zh"])
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", table.date)


def test_note_stands_in_both_languages_or_not_at_all(table):
    assert bool(table.note["en"]) == bool(table.note["zh"])


def test_headers_are_distinct_in_each_language(table):
    for lang in ("en", "zh"):
        headers = [header.casefold() for header in table.headers(lang)]
        assert all(headers)
        assert len(set(headers)) == len(headers)


def test_label_columns_come_in_pairs(table):
    names = {column.name for column in table.columns}
    for name in names:
        if name.endswith("_en"):
            assert name.removesuffix("_en") + "_zh" in names


def test_table_has_rows_without_repeats(table):
    assert len(table.rows)
    assert not table.rows.duplicated().any()


def test_name_fits_a_cell_argument(table):
    assert re.fullmatch(r"[a-z][a-z0-9_]*", table.name)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_table_spilled_into_cells_is_taken_back_as_it_was(table, lang):
    rows = udfs.call("CR_POLICY", table.name, "table", lang)
    again = tables.table_argument(udfs.cells.block(rows, "table"), table.columns, "table")
    assert again.equals(table.rows)


def test_every_table_argument_names_a_table_that_exists():
    for function in udfs.FUNCTIONS.values():
        for argument in function.arguments:
            if isinstance(argument.kind, Table) and argument.kind.builtin:
                assert argument.kind.builtin in NAMES


def test_unknown_table_is_refused_with_the_names_of_all():
    with pytest.raises(UnknownTableError, match="master_scale"):
        tables.builtin("no_such_table")
    ((error,),) = udfs.call("CR_POLICY", "no_such_table")
    assert error.code == "#VALUE!"
    assert "master_scale" in error.why("en")
    assert "master_scale" in error.why("zh")


@pytest.mark.parametrize(
    ("lang", "source"),
    [
        ("en", "Average PD by grade of one Chinese rating vendor"),
        ("zh", "国内一家评级服务商"),
    ],
)
def test_source_spilled_into_a_cell_is_in_the_language_with_the_date(lang, source):
    ((text,),) = udfs.call("CR_POLICY", "master_scale", "source", lang)
    assert text.startswith(source)
    assert "2019-01-01" in text


RULES = (
    tables.TableColumn(name="rule", zh="规则", required=False),
    tables.TableColumn(name="label", zh="标签", kind="text"),
)


def _with_further_columns(rows):
    return tables.table_argument(udfs.cells.block(rows, "rules"), RULES, "rules", further=True)


def test_further_columns_are_handed_on_as_they_stand_where_asked_for():
    rows = [["Debt ≥", "标签", None, "purpose"], [0.5, "high", 1, "car"], [None, "low", 2, 7]]
    table = _with_further_columns(rows)
    assert list(table.columns) == ["rule", "label", "Debt ≥", "purpose"]
    assert table["Debt ≥"].tolist() == [0.5, None]
    assert table["purpose"].tolist() == ["car", 7]
    narrow = tables.table_argument(udfs.cells.block(rows, "rules"), RULES, "rules")
    assert list(narrow.columns) == ["rule", "label"]


def test_further_column_twice_is_refused():
    with pytest.raises(udfs.CallError, match="each column once; got debt twice"):
        _with_further_columns([["debt", "label", "Debt"], [1, "x", 2]])


def test_error_in_place_of_a_table_is_handed_on_with_its_reason():
    error = udfs.CellError("#NUM!", "k must be smaller; got 9.")
    with pytest.raises(udfs.CallError, match="k must be smaller; got 9") as caught:
        _with_further_columns([[error]])
    assert caught.value.code == "#NUM!"


def test_table_argument_takes_the_name_of_a_built_in_table_with_the_same_columns():
    individual = tables.builtin("scorecard_individual")
    columns = individual.rows["factor"].unique().tolist()
    values = [[None] * len(columns), [30, *[None] * (len(columns) - 1)]]
    by_name = udfs.call("CR_SCORE", values, "scorecard_individual", columns, "table")
    in_cells = udfs.call(
        "CR_SCORE", values, udfs.call("CR_POLICY", individual.name), columns, "table"
    )
    assert by_name == in_cells
    assert (
        by_name[0] == udfs.call("CR_SCORE", values, " Scorecard_Individual ", columns, "table")[0]
    )


def test_name_of_a_table_with_other_columns_is_refused_with_those_that_will_do():
    ((error,),) = udfs.call("CR_SCORE", [[1]], "grade_scale")
    assert error.code == "#VALUE!"
    assert "scorecard_corporate, scorecard_individual" in error.why()
    assert "got 'grade_scale'" in error.why()
    assert "scorecard_corporate、scorecard_individual" in error.why("zh")


@pytest.mark.parametrize("pad", [udfs.CellError("#N/A"), "#N/A", -2146826246])
def test_padding_of_an_array_formula_is_no_part_of_a_table(pad):
    plain = [["rule", "label", "x ≥"], [1, "high", 5], [2, "low", None]]
    padded = [[*row, pad, pad] for row in plain] + [[pad] * 5] * 3
    assert _with_further_columns(padded).equals(_with_further_columns(plain))
    inside = [*plain[:2], [pad] * 3, plain[2]]
    with pytest.raises(udfs.CallError, match="rule"):
        _with_further_columns(inside)
    with pytest.raises(udfs.CallError) as caught:
        _with_further_columns([[pad, pad], [pad, pad]])
    assert caught.value.code == "#N/A"
