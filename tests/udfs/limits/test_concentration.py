import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError


def column(items):
    return [[item] for item in items]


def hhi(amounts, keys=None, scheme=None, bands=None, out="value", lang="en"):
    ((cell, *_), *_) = udfs.call("CR_HHI", amounts, keys, scheme, bands, out, lang)
    return cell


def test_the_published_case():
    # US Department of Justice: four firms of 30, 30, 20 and 20 per cent -> 2600.
    assert hhi(column([30, 30, 20, 20])) == pytest.approx(2600)


@pytest.mark.parametrize(
    ("out", "expected"), [("index", 0.26), ("normalised", 0.01333333), ("effective", 3.846153846)]
)
def test_measures(out, expected):
    assert hhi(column([30, 30, 20, 20]), out=out) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("count", "points", "normalised"), [(1, 10000, 1), (2, 5000, 0), (10, 1000, 0), (10000, 1, 0)]
)
def test_equal_positions(count, points, normalised):
    assert hhi(column([7.0] * count)) == pytest.approx(points)
    assert hhi(column([7.0] * count), out="normalised") == pytest.approx(normalised, abs=1e-9)
    assert hhi(column([7.0] * count), out="effective") == pytest.approx(count)


@pytest.mark.parametrize(
    ("amounts", "scheme", "band"),
    [
        ([1] * 11, "2023", "not concentrated"),
        ([1] * 10, "2023", "moderately concentrated"),
        ([1] * 10, "2010", "not concentrated"),
        ([1] * 5, "2023", "highly concentrated"),
        ([1] * 5, "2010", "moderately concentrated"),
        ([1] * 4, 2010, "highly concentrated"),
    ],
)
def test_bands(amounts, scheme, band):
    assert hhi(column(amounts), scheme=scheme, out="band") == band


def test_amounts_of_a_key_are_added_up_and_blanks_do_not_count():
    keys = column(["A", "B", "A", "B", "C", None, None])
    amounts = column([10, 20, 30, 40, None, 50, 50])
    assert hhi(amounts, keys) == pytest.approx(1e4 * (0.2**2 + 0.3**2 + 0.5**2))
    assert hhi(column([30, None, 70, 0])) == pytest.approx(5800)


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "en",
            "HHI 2,600: 4 positions, as concentrated as 3.846 equal ones, the largest 30.00% of all; highly concentrated.",
        ),
        ("zh", "HHI 2,600：共 4 项，集中程度相当于 3.846 个等额项，最大一项占 30.00%；高度集中。"),
    ],
)
def test_why_of_hhi(lang, expected):
    assert hhi(column([30, 30, 20, 20]), out="why", lang=lang) == expected


def test_table_of_hhi():
    rows = udfs.call("CR_HHI", column([30, 30, 20, 20]), *[None] * 3, "table", "zh")
    assert rows[0] == ["HHI 点数", "指数", "标准化指数", "有效个数", "个数", "最大占比", "分档"]
    assert rows[1][:6] == pytest.approx([2600, 0.26, 0.0133333333, 3.8461538, 4, 0.3])
    assert rows[1][6] == "高度集中"


@pytest.mark.parametrize(
    ("amounts", "code", "words"),
    [
        ([3, -1], "#NUM!", "amounts, row 2 must be an amount of at least 0, or blank; got -1.0."),
        ([3, "x"], "#VALUE!", "amounts, row 2 must be an amount of at least 0, or blank"),
        ([0, None], "#NUM!", "add up to more than 0; got a sum of 0"),
        ([3, CellError("#REF!")], "#REF!", "row 2"),
    ],
)
@pytest.mark.parametrize("name", ["CR_HHI", "CR_CONCENTRATION"])
def test_amounts_that_cannot_be_added_up(name, amounts, code, words):
    ((cell,),) = udfs.call(name, column(amounts), column("AB"))
    assert cell == CellError(code)
    assert words in cell.reason


def test_bands_must_rise():
    bands = [["scheme", "band", "label_en", "label_zh", "index_below"], ["x", "a", "a", "a", 5]]
    assert "the last one blank" in hhi(column([1, 2]), scheme="x", bands=bands).reason
    assert "scheme must be one of 2023, 2010" in hhi(column([1, 2]), scheme="x").reason


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=30), st.floats(0.1, 1000))
@settings(deadline=None, max_examples=60)
def test_hhi_needs_neither_order_nor_unit_and_lies_in_its_bounds(amounts, unit):
    got = hhi(column(amounts))
    assert got == pytest.approx(hhi(column([unit * a for a in amounts[::-1]])))
    assert 1e4 / len(amounts) - 1e-6 <= got <= 1e4 + 1e-6
    merged = hhi(column(amounts), column([i // 2 for i in range(len(amounts))]))
    assert merged >= got - 1e-6


# --- concentration ----------------------------------------------------------------------------

AMOUNTS = column([30, 20, 25, 25, 5])
KEYS = column(["A", "B", "A", "C", None])
LIMITS = [["key", "max_share"], ["A", 0.4], ["B", 0.3]]


def concentration(out="value", lang="en", capital=200, number=2, limits=None, rules=None):
    return udfs.call("CR_CONCENTRATION", AMOUNTS, KEYS, capital, number, limits, rules, out, lang)


@pytest.mark.parametrize(
    ("out", "expected"),
    [("value", 80 / 105), ("capital", 0.4), ("amount", 80), ("占比", 80 / 105)],
)
def test_the_largest(out, expected):
    assert concentration(out) == [[pytest.approx(expected)]]


def test_more_names_asked_for_than_there_are():
    assert concentration(number=10) == [[pytest.approx(100 / 105)]]


def test_keys_above_their_highest_share():
    assert concentration("keys", limits=LIMITS) == [["A"]]
    assert concentration("keys") == [[None]]


def test_table_of_concentration():
    rows = concentration("table", limits=LIMITS)
    assert rows[0] == [
        "rank",
        "key",
        "amount",
        "share",
        "cumulative_share",
        "share_of_capital",
        "max_share",
        "limit_used",
        "room",
    ]
    assert [row[:3] for row in rows[1:]] == [
        [1, "A", 55],
        [2, "C", 25],
        [3, "B", 20],
        [None, "(blank)", 5],
    ]
    assert rows[1][3:] == pytest.approx([55 / 105, 55 / 105, 0.275, 0.4, 55 / 42, -13])
    assert rows[2][6:] == [None] * 3
    assert rows[4][4] == pytest.approx(1)
    chinese = concentration("table", "zh", capital=None)
    assert chinese[0][:4] == ["位次", "键", "金额", "占比"]
    assert chinese[1][5] is None
    assert chinese[4][1] == "（空白）"


@pytest.mark.parametrize(
    ("more", "lang", "expected"),
    [
        (
            {"limits": LIMITS},
            "en",
            "The 2 largest of 3 hold 80 of 105 (76.19%), 40.00% of net capital 200; above their highest share: A 52.38% of at most 40%; 5 without a key.",
        ),
        (
            {"number": 10, "limits": [["键", "最高占比"], ["B", 0.3]]},
            "zh",
            "3 项中最大 3 项合计 100，占合计 105 的 95.24%，占资本净额 200 的 50.00%，未超过最大十家客户 50% 的指标；没有超过最高占比的键；另有 5 没有键。",
        ),
        (
            {"number": 1, "capital": 50},
            "zh",
            "3 项中最大 1 项合计 55，占合计 105 的 52.38%，占资本净额 50 的 110.00%，超过最大单一客户 10% 的指标；另有 5 没有键。",
        ),
        ({"capital": None}, "en", "The 2 largest of 3 hold 80 of 105 (76.19%); 5 without a key."),
    ],
)
def test_why_of_concentration(more, lang, expected):
    assert concentration("why", lang, **more) == [[expected]]


def test_capital_is_needed_for_its_share():
    ((cell,),) = concentration("capital", capital=None)
    assert cell == CellError("#N/A")
    assert "capital must be the net capital" in cell.reason


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ([["key", "max_share"], ["A", -0.1]], "key_limits, column max_share, row 1"),
        ([["key", "max_share"], ["A", 0.1], ["A", 0.2]], "each key once; got 'A'"),
    ],
)
def test_key_limits_must_make_sense(limits, words):
    ((cell,),) = concentration(limits=limits)
    assert words in cell.reason


@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(1, 1000)), min_size=1, max_size=40),
    st.integers(1, 8),
)
@settings(deadline=None, max_examples=60)
def test_shares_agree_with_plain_sums(loans, number):
    keys, amounts = (column(part) for part in zip(*loans, strict=True))
    totals = sorted(
        (sum(a for k, a in loans if k == key) for key in {k for k, _ in loans}), reverse=True
    )
    got = udfs.call("CR_CONCENTRATION", amounts, keys, None, number)
    assert got == [[pytest.approx(sum(totals[:number]) / sum(totals))]]
    table = udfs.call("CR_CONCENTRATION", amounts, keys, None, number, None, None, "table")
    assert [row[2] for row in table[1:]] == totals
