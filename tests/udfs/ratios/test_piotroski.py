import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

ITEMS = [
    "net_profit",
    "operating_cash_flow",
    "assets",
    "long_term_debt",
    "current_assets",
    "current_liabilities",
    "shares",
    "gross_profit",
    "revenue",
]
NOW = [60, 80, 1000, 100, 400, 200, 10, 300, 900]
BEFORE = [50, 70, 1000, 120, 400, 220, 10, 280, 880]


def piotroski(current, prior, *more, items=ITEMS, average="closing"):
    out = more[0] if more else None
    lang = more[1] if len(more) > 1 else None
    rest = (None, None, None, None, average, None, out, lang)
    return udfs.call("CR_PIOTROSKI", [items], current, prior, *rest)


def one(now, before, *more, **named):
    ((cell,),) = piotroski([now], [before], *more, **named)
    return cell


def with_figure(figures, name, figure):
    changed = list(figures)
    changed[ITEMS.index(name)] = figure
    return changed


def test_a_firm_that_gets_stronger_in_all_respects_has_nine():
    assert one(NOW, BEFORE) == 9
    assert one(NOW, BEFORE, "zone") == "strong"


@pytest.mark.parametrize(
    ("name", "figure", "failed"),
    [
        ("net_profit", 49, ["Return on assets higher"]),
        ("net_profit", 80, ["Operating cash flow above net profit"]),
        (
            "net_profit",
            -1,
            ["Return on assets above zero", "Return on assets higher"],
        ),
        (
            "operating_cash_flow",
            0,
            ["Operating cash flow above zero", "Operating cash flow above net profit"],
        ),
        ("long_term_debt", 120, ["Long-term debt to assets lower"]),
        ("current_liabilities", 220, ["Current ratio higher"]),
        ("shares", 11, ["No new shares"]),
        ("gross_profit", 285, ["Gross margin higher"]),
        ("revenue", 880, ["Asset turnover higher"]),
    ],
)
def test_each_test_fails_on_its_own(name, figure, failed):
    now = with_figure(NOW, name, figure)
    assert one(now, BEFORE) == 9 - len(failed)
    text = one(now, BEFORE, "why")
    assert f"failed: {', '.join(failed)}." in text


def test_as_many_shares_as_before_pass_but_an_equal_margin_does_not():
    assert one(with_figure(NOW, "shares", 10), BEFORE) == 9
    assert one(BEFORE, BEFORE) == 4  # profit, cash flow, accruals, shares


def test_leverage_takes_average_assets_of_three_years():
    grids = ([[10, 100]], [[10, 100]], [[10, 300]])
    tests = [
        ["test", "label_en", "label_zh", "formula", "passed_if"],
        ["leverage", "Lower", "下降", "-change(long_term_debt / average(assets))", "above"],
    ]
    items = [["long_term_debt", "assets"]]
    assert udfs.call("CR_PIOTROSKI", items, *grids, tests) == [[0]]
    down = ([[10, 300]], [[10, 100]], [[10, 100]])
    assert udfs.call("CR_PIOTROSKI", items, *down, tests) == [[1]]
    ((cell,),) = udfs.call("CR_PIOTROSKI", items, *grids[:2], None, tests)
    assert cell.reason.startswith("earlier must be the statements that Lower = -change(")


def test_an_unknown_test_is_not_passed_and_named():
    now = with_figure(NOW, "shares", None)
    assert one(now, BEFORE) == 8
    assert one(now, BEFORE, "why").endswith("not known: No new shares: missing Shares outstanding.")
    assert one(now, BEFORE, "why", "zh").endswith("未知：未增发股份：缺少总股数。")
    cells = piotroski([now], [BEFORE], "table")
    assert cells[1][:3] == [8, "strong", 1]
    assert cells[1][cells[0].index("No new shares")] == CellError("#N/A")


def test_without_half_the_tests_there_is_no_score():
    now = [60] + [None] * 8
    for out in ("value", "zone"):
        cell = one(now, BEFORE, out)
        assert cell == CellError("#N/A")
        assert cell.reason.startswith("only 0/9 of the tests can be made; missing Total assets")
    assert one(now, BEFORE, "why", "zh").startswith("只有 0/9 项测试可做；缺少资产总计")


@pytest.mark.parametrize(("passed", "zone"), [(9, "strong"), (4, "middle"), (1, "weak")])
def test_zones(passed, zone):
    now = {9: NOW, 4: BEFORE, 1: [-9, -1, 1000, 130, 300, 230, 11, 200, 880]}[passed]
    assert one(now, BEFORE) == passed
    assert one(now, BEFORE, "zone") == zone
    assert one(now, BEFORE, "zone", "zh") == {"strong": "强", "middle": "中", "weak": "弱"}[zone]


@pytest.mark.parametrize(
    ("tests", "bands", "start"),
    [
        ([["t", "T", "测", "assets", "below"]], None, "tests, column passed_if, t must be one of"),
        ([["t", "T", "测", "f(assets)", "above"]], None, "tests, column formula, t must be"),
        (None, [["a", "A", "甲", 2], ["b", "B", "乙", 3]], "bands, column tests_passed must be"),
    ],
)
def test_faulty_tables_are_refused(tests, bands, start):
    if tests:
        tests = [["test", "label_en", "label_zh", "formula", "passed_if"], *tests]
    if bands:
        bands = [["band", "label_en", "label_zh", "tests_passed"], *bands]
    ((cell,),) = udfs.call(
        "CR_PIOTROSKI", [ITEMS], [NOW], [BEFORE], None, tests, bands, None, "closing", None, "zone"
    )
    assert cell.reason.startswith(start)


FIRM = st.lists(st.integers(1, 50), min_size=9, max_size=9)


@given(st.lists(st.tuples(FIRM, FIRM), min_size=1, max_size=6))
@settings(deadline=None, max_examples=30)
def test_scores_are_as_counted_by_hand_one_row_or_many(firms):
    together = [cell for (cell,) in piotroski(*([list(f[i]) for f in firms] for i in (0, 1)))]
    for (now, before), cell in zip(firms, together, strict=True):
        ni, cfo, ta, ltd, ca, cl, shares, gross, sales = now
        ni0, _, ta0, ltd0, ca0, cl0, shares0, gross0, sales0 = before
        tests = [
            ni > 0,
            cfo > 0,
            ni / ta > ni0 / ta0,
            cfo / ta > ni / ta,
            ltd / ((ta + ta0) / 2) < ltd0 / ta0,
            ca / cl > ca0 / cl0,
            shares <= shares0,
            gross / sales > gross0 / sales0,
            sales / ta > sales0 / ta0,
        ]
        assert cell == sum(tests)
        assert one(now, before) == cell
