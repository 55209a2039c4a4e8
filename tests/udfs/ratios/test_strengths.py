import pytest

import udfs
from udfs.errors import CellError

RATIOS = ["current_ratio", "资产负债率", "own"]
# Three customers: the first good at liquidity, the last at leverage; the middle in between.
VALUES = [[3, 0.9, 1], [2, 0.6, 2], [1, 0.3, None]]
NAMES = (
    "industry", "size", "better", "number", "least", "strong", "weak", "definitions", "out", "lang",
)  # fmt: skip


def strengths(values=VALUES, ratios=RATIOS, **more):
    more = {"better": [["", "", "lower"][: len(ratios)]], "least": 2} | more
    return udfs.call("CR_STRENGTHS", values, [ratios], *[more.get(name) for name in NAMES])


def flat(cells):
    return [cell for (cell,) in cells]


def test_strengths_and_weaknesses_are_named_by_their_direction():
    assert flat(strengths()) == [
        "Strengths: Current ratio, own; weaknesses: Debt ratio",
        "Weaknesses: own",
        "Strengths: Debt ratio; weaknesses: Current ratio",
    ]
    assert flat(strengths(lang="zh"))[2] == "优势：资产负债率；劣势：流动比率"


def test_either_alone():
    assert flat(strengths(out="strengths")) == ["Current ratio, own", None, "Debt ratio"]
    assert flat(strengths(out="weaknesses")) == ["Debt ratio", "own", "Current ratio"]


def test_a_customer_without_either_is_in_line_with_peers():
    assert flat(strengths([[3], [2], [1]], ["current_ratio"]))[1] == "In line with peers"
    assert flat(strengths([[3], [2], [1]], ["current_ratio"], lang="zh"))[1] == "与同业相当"


def test_why_has_figures_and_names_what_is_not_known():
    reasons = flat(strengths(out="why"))
    assert reasons[0] == (
        "Strengths: Current ratio 3.00 (better than 100% of 3 peers, median 2.00), own 1 (better "
        "than 100% of 2 peers, median 1.5); weaknesses: Debt ratio 90.00% (better than 0% of 3 "
        "peers, median 60.00%)."
    )
    assert reasons[2].endswith("not known: own.")
    assert flat(strengths(out="why", lang="zh"))[2].endswith("；未知：own。")


def test_table_has_the_percentile_of_each_ratio():
    cells = strengths(out="table")
    assert cells[0] == ["Current ratio", "Debt ratio", "own", "strengths", "weaknesses"]
    assert cells[1:] == [[1, 0, 1, 2, 1], [0.5, 0.5, 0, 0, 1], [0, 1, None, 1, 1]]
    assert strengths(out="table", lang="zh")[0] == [
        "流动比率",
        "资产负债率",
        "own",
        "优势数",
        "劣势数",
    ]


def test_the_most_striking_come_first_and_no_more_than_asked():
    values = [[v, v if v < 5 else 3.5, v] for v in range(1, 6)]
    ratios = ["quick_ratio", "current_ratio", "cash_ratio"]
    cells = strengths(values, ratios, better=None, strong=0.8)
    assert flat(cells)[4] == "Strengths: Quick ratio, Cash ratio"
    cells = strengths(values, ratios, better=None, strong=0.5)
    assert flat(cells)[4] == "Strengths: Quick ratio, Cash ratio, Current ratio"
    assert flat(strengths(values, ratios, better=None, strong=0.5, number=1))[4] == (
        "Strengths: Quick ratio"
    )


def test_percentiles_are_those_of_the_single_benchmark():
    values = [[v * 37 % 11, v] for v in range(12)]
    industry = [["C" if v % 3 else "F"] for v in range(12)]
    cells = strengths(
        values, ["current_ratio", "debt_ratio"], better=None, industry=industry, out="table"
    )
    for place, better in ((0, "higher"), (1, "lower")):
        single = udfs.call("CR_BENCH", [[row[place]] for row in values], industry, None, better, 2)
        assert [row[place] for row in cells[1:]] == flat(single)


def test_faulty_cells_and_blanks_are_not_known_and_columns_without_a_name_are_left_out():
    values = [["x", 1, 9], [2, 2, 9], [CellError("#REF!"), 3, 9], [1, 4, 9], [None, None, None]]
    cells = strengths(values, ["current_ratio", "quick_ratio", None], better=None, out="table")
    assert cells[0] == ["Current ratio", "Quick ratio", "strengths", "weaknesses"]
    assert [row[0] for row in cells[1:]] == [None, 1, None, 0, None]
    reasons = flat(
        strengths(values, ["current_ratio", "quick_ratio", None], better=None, out="why")
    )
    assert reasons[0].endswith("not known: Current ratio.")
    assert reasons[4] is None


def test_peers_that_are_too_few_say_nothing():
    assert flat(strengths(least=20)) == ["In line with peers"] * 3
    assert flat(strengths(least=20, out="why"))[0] == (
        "In line with peers; not known: Current ratio, Debt ratio, own."
    )


@pytest.mark.parametrize(
    ("more", "start"),
    [
        ({"better": None}, "better must be higher or lower for every ratio"),
        ({"ratios": ["current_ratio", "debt_ratio"]}, "ratios must be one name for each of the 3"),
        ({"ratios": ["roe", "ROE", "own"]}, "ratios must be names that differ"),
        ({"weak": 0.8}, "weak must be below strong, which is 0.75"),
    ],
)
def test_bad_calls_name_the_argument(more, start):
    ((cell,),) = strengths(**more)
    assert cell.reason.startswith(start)
