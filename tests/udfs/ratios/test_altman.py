import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

# CA, CL, RE, EBIT, equity, liabilities, assets, sales
CASE = (450, 300, 200, 90, 600, 600, 1000, 1100)
BOOK = (450, 300, 200, 90, 400, 600, 1000, 1100)


def altman(model, figures=BOOK, **more):
    names = ("models", "ratings", "reading", "out", "lang")
    return udfs.call("CR_ALTMAN", model, *figures, *[more.get(name) for name in names])


def one(*arguments, **more):
    ((cell,),) = altman(*arguments, **more)
    return cell


def from_ratios(x1, x2, x3, x4, x5):
    """The figures of a firm with assets and liabilities of 1."""
    return (x1, 0, x2, x3, x4, 1, 1, x5) if x1 >= 0 else (0, -x1, x2, x3, x4, 1, 1, x5)


@pytest.mark.parametrize(
    ("ratios", "score"),
    [
        ((0.2, 0, 0.2, 0.1, 2.0), 2.96),  # assignmentexpert Q122120
        ((0.2, 0, -0.2, 0.1, 2.0), 1.64),  # Saunders and Cornett
        ((0.1, 0.2, 0.2, 0.6, 0.8), 2.22),
        ((0.1, 0.2, 0.13, 0.65, 0.95), 2.169),
    ],
)
def test_z_of_published_ratios(ratios, score):
    assert one("Z", from_ratios(*ratios)) == pytest.approx(score, abs=1e-9)


@pytest.mark.parametrize(
    ("model", "figures", "score", "zone", "rating"),
    [
        ("Z", CASE, 2.457, "grey", CellError("#N/A")),
        ("Z'", BOOK, 1.93438, "grey", CellError("#N/A")),
        ("Z''", BOOK, 2.9408, "safe", "BBB"),
        ("EM", BOOK, 6.1908, "safe", "BBB"),
    ],
)
def test_four_models_on_one_firm(model, figures, score, zone, rating):
    assert one(model, figures) == pytest.approx(score, abs=1e-9)
    assert one(model, figures, out="zone") == zone
    assert one(model, figures, out="rating") == rating


@pytest.mark.parametrize("word", ["Z''", "Z″", "z''", "1995", "non-manufacturer", "非制造业"])
def test_models_are_known_by_several_words(word):
    assert one(word) == pytest.approx(2.9408)


@pytest.mark.parametrize(
    ("score", "zone"),
    [(1.8099, "distress"), (1.81, "grey"), (2.99, "grey"), (2.9901, "safe")],
)
def test_limits_of_the_zones_belong_to_the_grey_one(score, zone):
    # X5 alone has a coefficient of 1: sales / assets is the score.
    assert one("Z", (0, 0, 0, 0, 0, 1, 1, score), out="zone") == zone
    words = {"distress": "困境", "grey": "灰色", "safe": "安全"}
    assert one("Z", (0, 0, 0, 0, 0, 1, 1, score), out="zone", lang="zh") == words[zone]


@pytest.mark.parametrize(
    ("em", "lower", "nearest"),
    [
        (8.15, "AAA", "AAA"),
        (8.1499, "AA+", "AAA"),
        (7.0, "AA-", "AA-"),
        (6.24, "BBB", "BBB+"),
        (5.85, "BBB", "BBB"),
        (1.75, "CCC-", "CCC-"),
        (1.7499, "D", "D"),
        (-9, "D", "D"),
        (20, "AAA", "AAA"),
    ],
)
def test_em_score_to_rating_in_both_readings(em, lower, nearest):
    # X1 alone: 6.56 × working capital / assets + 3.25.
    x1 = (em - 3.25) / 6.56
    figures = from_ratios(x1, 0, 0, 0, 0)
    assert one("EM", figures) == pytest.approx(em)
    assert one("EM", figures, out="rating") == lower
    assert one("EM", figures, out="rating", reading="nearest") == nearest


def test_nearest_uses_a_number_for_the_last_rating_where_it_has_one():
    ratings = [["grade", "em_score"], ["A", 6], ["D", 0]]
    for em, wanted in ((3.01, "A"), (3, "A"), (2.99, "D"), (-5, "D")):
        figures = from_ratios((em - 3.25) / 6.56, 0, 0, 0, 0)
        assert one("EM", figures, ratings=ratings, reading="nearest", out="rating") == wanted


def test_models_may_differ_from_row_to_row():
    column = [["Z"], ["EM"], [None], ["Z'"]]
    sales = [[1100], [None], [1100], [None]]
    cells = altman(column, (*BOOK[:4], [[600], [400], [400], [400]], 600, 1000, sales))
    assert [cell for (cell,) in cells] == [
        pytest.approx(2.457),
        pytest.approx(6.1908),
        CellError("#N/A"),
        CellError("#N/A"),
    ]
    assert cells[3][0].reason == "sales is missing; model Z' needs it."


@pytest.mark.parametrize(
    ("figures", "code", "part"),
    [
        ((450, 300, 200, 90, 600, 0, 1000, 1100), "#DIV/0!", "liabilities are zero"),
        ((450, 300, 200, 90, 600, 600, 0, 1100), "#NUM!", "assets must be a number above 0"),
        ((450, 300, None, 90, 600, 600, 1000, 1100), "#N/A", "retained_earnings is missing"),
        ((450, 300, "x", 90, 600, 600, 1000, 1100), "#VALUE!", "'x' is not a number"),
        ((450, 300, 200, 90, 600, 600, 1000, None), "#N/A", "sales is missing"),
    ],
)
def test_rows_without_a_score_say_why(figures, code, part):
    cell = one("Z", figures)
    assert cell == CellError(code)
    assert part in cell.reason
    assert part in one("Z", figures, out="why")


def test_why_has_score_zone_limits_and_figures():
    assert one("EM", out="why") == (
        "EM score (emerging markets) 6.191: safe zone (above 5.85); working capital / assets "
        "0.150, retained earnings / assets 0.200, EBIT / assets 0.090, equity / liabilities "
        "0.667; bond rating equivalent BBB."
    )
    assert one("Z", CASE, out="why", lang="zh") == (
        "Z 值（上市制造业） 2.457：灰色区（1.81 至 2.99）；营运资金/总资产 0.150、留存收益/总资产 0.200、"
        "息税前利润/总资产 0.090、权益/总负债 1.000、销售收入/总资产 1.100。"
    )


def test_table_has_all_parts():
    cells = altman("Z'", out="table")
    assert cells[0][0] == "model"
    assert cells[0][-3:] == ["score", "zone", "rating"]
    assert cells[1] == ["Z'", 0.15, 0.2, 0.09, 400 / 600, 1.1, pytest.approx(1.93438), "grey", None]
    assert altman("Z'", out="table", lang="zh")[0][-3:] == ["得分", "分区", "评级"]


def test_table_leaves_the_rating_of_a_model_without_one_blank():
    cells = altman([["Z'"], ["EM"]], out="table")
    assert [row[-1] for row in cells] == ["rating", None, "BBB"]


def test_own_coefficients_and_scale_are_taken():
    rows = udfs.call("CR_POLICY", "altman_models", "table")
    rows[1][rows[0].index("x5")] = 0.999
    assert one("Z", CASE, models=rows) == pytest.approx(2.457 - 0.0011)


@pytest.mark.parametrize(
    ("more", "start"),
    [
        ({"model": "Q"}, "model must be one of"),
        ({"ratings": [["grade", "em_score"], ["A", 1], ["B", 2]]}, "ratings, column em_score"),
        ({"models": "Z only"}, "models, column model must be a row for every model"),
    ],
)
def test_bad_calls_name_the_argument(more, start):
    if more.get("models"):
        more = {"models": udfs.call("CR_POLICY", "altman_models", "table")[:2]}
    cell = one(
        more.get("model", "EM"), out="rating", **{k: v for k, v in more.items() if k != "model"}
    )
    text = cell if isinstance(cell, str) else cell.reason
    assert text.startswith(start)


FIRM = st.tuples(
    *[st.integers(0, 900)] * 2, *[st.integers(-500, 500)] * 3, *[st.integers(1, 900)] * 3
)


@given(st.lists(FIRM, min_size=1, max_size=8), st.sampled_from(["Z", "Z'", "Z''", "EM"]))
@settings(deadline=None, max_examples=40)
def test_scores_are_as_computed_by_hand_one_row_or_many(firms, model):
    columns = [[[firm[i]] for firm in firms] for i in range(8)]
    together = [cell for (cell,) in altman(model, columns)]
    weights = {
        "Z": (0, 1.2, 1.4, 3.3, 0.6, 1.0),
        "Z'": (0, 0.717, 0.847, 3.107, 0.42, 0.998),
        "Z''": (0, 6.56, 3.26, 6.72, 1.05, 0),
        "EM": (3.25, 6.56, 3.26, 6.72, 1.05, 0),
    }[model]
    for firm, cell in zip(firms, together, strict=True):
        ca, cl, re, ebit, equity, tl, ta, s = firm
        x = (1, (ca - cl) / ta, re / ta, ebit / ta, equity / tl, s / ta)
        assert math.isclose(cell, sum(w * v for w, v in zip(weights, x, strict=True)), abs_tol=1e-9)
        assert one(model, firm) == cell
