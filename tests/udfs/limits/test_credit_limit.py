import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

ARGUMENTS = [a.name for a in udfs.FUNCTIONS["CR_LIMIT"].arguments]
FIRM = {
    "need": 2000,
    "assets": 10000,
    "liabilities": 6000,
    "cash_flow": 800,
    "rate": 0.06,
    "years": 5,
    "equity": 4000,
    "grade": "BBB",
    "existing": 2500,
    "collateral_value": 3000,
    "max_ltv": 0.6,
    "room": 630,
}
ROOMS = {
    "working-capital need": 2000,
    "leverage cap": 10000 / 3,
    "cash-flow cap": 2695.9128227620567,
    "equity multiple": 1500,
    "collateral": 1800,
    "large-exposure room": 630,
}
INPUTS = {
    "working-capital need": ["need"],
    "leverage cap": ["assets", "liabilities"],
    "cash-flow cap": ["cash_flow", "rate", "years"],
    "equity multiple": ["equity", "grade", "existing"],
    "collateral": ["collateral_value", "max_ltv"],
    "large-exposure room": ["room"],
}


def limit(out="value", lang="en", **given):
    assert set(given) <= set(ARGUMENTS)
    cells = [given.get(name) for name in ARGUMENTS[:-2]]
    return udfs.call("CR_LIMIT", *cells, out, lang)


def methods(**active):
    rows = udfs.call("CR_POLICY", "limit_methods")
    for row in rows[1:]:
        row[3] = active.get(row[0], row[3])
    return rows


@pytest.mark.parametrize("count", [1, 2, 6])
def test_the_least_of_the_methods_that_can_be_computed(count):
    for chosen in itertools.combinations(ROOMS, count):
        given = {name: FIRM[name] for method in chosen for name in INPUTS[method]}
        least = min(chosen, key=ROOMS.get)
        assert limit(**given) == [[pytest.approx(ROOMS[least])]]
        assert limit("method", **given) == [[least]]


@pytest.mark.parametrize("lacking", [name for names in INPUTS.values() for name in names])
def test_a_method_without_an_input_is_named_and_counts_for_nothing(lacking):
    given = {name: cell for name, cell in FIRM.items() if name != lacking}
    method = next(method for method, names in INPUTS.items() if lacking in names)
    least = min(set(ROOMS) - {method}, key=ROOMS.get)
    assert limit(**given) == [[pytest.approx(ROOMS[least])]]
    why = limit("why", **given)[0][0]
    assert f"not computed: {method} ({lacking} missing)" in why
    row = dict(zip(*limit("table", **given), strict=True))
    assert row[method] is None
    assert row["not_computed"] == f"{method} ({lacking} missing)"


@pytest.mark.parametrize(
    ("change", "lang", "expected"),
    [
        (
            {"room": None},
            "en",
            "Limit 1,500: bound by equity multiple; others: working-capital need 2,000, leverage cap 3,333.33, cash-flow cap 2,695.91, collateral 1,800; not computed: large-exposure room (room missing).",
        ),
        (
            {},
            "zh",
            "额度 630：由监管限额余量决定；其余：营运资金需求 2,000、负债率上限 3,333.33、现金流偿债上限 2,695.91、净资产倍数 1,500、押品价值 1,800。",
        ),
        (
            {"liabilities": 9000},
            "en",
            "Limit 0: leverage cap gives -6,666.67, no room for new credit; others: working-capital need 2,000, cash-flow cap 2,695.91, equity multiple 1,500, collateral 1,800, large-exposure room 630.",
        ),
    ],
)
def test_why_names_the_binding_method_and_the_others(change, lang, expected):
    assert limit("why", lang, **{**FIRM, **change}) == [[expected]]


def test_a_least_room_below_zero_is_a_limit_of_zero():
    assert limit(**{**FIRM, "existing": 9000}) == [[0]]
    assert limit("method", "zh", **{**FIRM, "existing": 9000}) == [["净资产倍数"]]


def test_table():
    rows = limit("table", "zh", **FIRM)
    assert rows[0] == [
        "新增授信",
        "约束方法",
        "营运资金需求",
        "负债率上限",
        "现金流偿债上限",
        "净资产倍数",
        "押品价值",
        "监管限额余量",
        "未测算",
    ]
    assert rows[1] == [630, "监管限额余量", *map(pytest.approx, ROOMS.values()), None]


def test_a_method_switched_off_neither_binds_nor_is_named():
    table = methods(regulatory=False, equity="否")
    assert limit(**FIRM, methods=table) == [[1800]]
    assert "regulatory" not in limit("why", **FIRM, methods=table)[0][0]
    assert len(limit("table", **FIRM, methods=table)[0]) == 7


def test_an_unknown_grade_matters_only_where_equity_is_a_method():
    given = {**FIRM, "grade": [["BBB"], ["Q"], [None]]}
    assert limit(**given)[1] == [CellError("#VALUE!")]
    assert limit("why", **given)[2][0].endswith("not computed: equity multiple (grade missing).")
    assert limit(**given, methods=methods(equity=False)) == [[630], [630], [630]]


def test_rows_without_anything_are_blank_and_rows_without_a_method_say_so():
    needs, assets = [[2000], [None], [None]], [[None], [500], [None]]
    got = limit(need=needs, assets=assets)
    assert got == [[2000], [CellError("#N/A")], [None]]
    assert "no method can be computed" in limit("why", need=needs, assets=assets)[1][0]
    assert limit("table", need=needs, assets=assets)[3] == [None] * 9
    assert limit("method", need=needs, assets=assets)[2] == [None]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (methods(**dict.fromkeys(["working_capital", "leverage", "cash_flow"], False)), None),
        (
            methods(
                working_capital=False,
                leverage=False,
                cash_flow=False,
                equity=False,
                collateral=False,
                regulatory=False,
            ),
            "methods, column active must be TRUE for at least one method",
        ),
        ([*methods(), ["equity", "x", "x", True, None]], "each once; got 'equity'"),
        ([*methods(), ["gut", "x", "x", True, None]], "one of working_capital, leverage"),
    ],
)
def test_policies(rows, words):
    ((cell,),) = limit(**FIRM, methods=rows)
    assert cell == 630 if words is None else words in cell.reason


def test_multiples_of_the_bank():
    table = [["grade", "multiple"], ["BBB", 0.7], ["D", 0]]
    assert limit(**{**FIRM, "room": None}, multiples=table) == [[pytest.approx(300)]]


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1e5)), min_size=2, max_size=6))
@settings(deadline=None, max_examples=40)
def test_one_row_is_as_in_a_batch_and_the_limit_is_in_no_method_exceeded(rows):
    needs, rooms = ([[part] for part in column] for column in zip(*rows, strict=True))
    batch = limit(**{**FIRM, "need": needs, "room": rooms})
    for (got,), (need, room) in zip(batch, rows, strict=True):
        assert [[got]] == limit(**{**FIRM, "need": need, "room": room})
        assert got == pytest.approx(min(need, room, 1500))
