import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import tables

PRICED = [
    grade
    for grade, bp in tables.builtin("lpr_spreads").rows.itertuples(index=False)
    if not math.isnan(bp)
]


def one(name, *cells):
    ((cell,),) = udfs.call(name, *cells)
    return cell


def column(result):
    return [cell for (cell,) in result]


@pytest.mark.parametrize(
    ("grade", "years", "bp"),
    [
        ("AAA", 1, -30),
        ("aaa", 1, -30),
        ("ＢＢＢ", 1, 75),
        ("A−", 0.5, 30),
        ("BBB", 1.01, 85),
        ("BBB", 3, 85),
        ("BBB", 5, 95),
        ("BBB", 5.5, 105),
        ("BBB", 30, 105),
        ("BBB", None, 105),
    ],
)
def test_spread_is_that_of_grade_and_term(grade, years, bp):
    assert one("CR_SPREAD", grade, 0.03, years) == bp
    assert one("CR_SPREAD", grade, 0.03, years, None, None, None, "rate") == pytest.approx(
        0.03 + bp / 10_000, abs=1e-15
    )


@pytest.mark.parametrize(
    ("grade", "code", "words"),
    [("XYZ", "#VALUE!", "AAA, AA+"), ("CC", "#N/A", "not lent to"), ("D", "#N/A", "grade D")],
)
def test_grade_without_a_price_is_the_error_of_its_row(grade, code, words):
    good, bad = column(udfs.call("CR_SPREAD", [["BBB"], [grade]], 0.03, 1))
    assert good == 75
    assert bad.code == code
    assert words in bad.reason
    assert bad.reason_zh


def test_blank_term_in_a_column_is_missing():
    good, bad = column(udfs.call("CR_SPREAD", "BBB", 0.03, [[1], [None]]))
    assert good == 75
    assert (bad.code, bad.reason) == ("#N/A", "years is missing.")


@pytest.mark.parametrize(
    ("floor", "bp"),
    [(None, 75), (0.03, 75), (0.0375, 75), (0.0376, 76), (0.03751, 76), (0.0534, 234)],
)
def test_floor_raises_the_spread_to_the_next_whole_basis_point(floor, bp):
    assert one("CR_SPREAD", "BBB", 0.03, 1, floor) == bp
    rate = one("CR_SPREAD", "BBB", 0.03, 1, floor, None, None, "rate")
    assert floor is None or rate >= floor - 1e-12


@settings(max_examples=60, deadline=None)
@given(
    grade=st.sampled_from(PRICED),
    lpr=st.floats(0, 0.1),
    years=st.floats(0.1, 40),
    floor=st.floats(0, 0.3),
)
def test_contract_rate_reaches_the_floor_by_less_than_a_basis_point(grade, lpr, years, floor):
    plain = one("CR_SPREAD", grade, lpr, years)
    spread = one("CR_SPREAD", grade, lpr, years, floor)
    rate = one("CR_SPREAD", grade, lpr, years, floor, None, None, "rate")
    assert rate >= floor - 1e-9
    assert spread >= plain
    assert spread == plain or rate < floor + 0.0001 + 1e-9


def test_worse_grades_and_longer_terms_never_cost_less():
    by_grade = column(udfs.call("CR_SPREAD", [[g] for g in PRICED], 0.03, 1))
    by_term = column(udfs.call("CR_SPREAD", "A", 0.03, [[y] for y in (1, 2, 3, 4, 5, 6, 20)]))
    assert (np.diff(by_grade) > 0).all()
    assert (np.diff(by_term) >= 0).all()


@pytest.mark.parametrize(
    ("cells", "english", "chinese"),
    [
        (
            ("AAA", 0.03, 5),
            "LPR 3.0000% − 10 bp = 2.9000%: grade AAA gives -30 bp and 5 years 20 bp.",
            "LPR 3.0000% − 10 基点 = 2.9000%：等级 AAA 加 -30 基点，5 年期加 20 基点。",
        ),
        (
            ("BBB", 0.03, None, 0.03),
            (
                "LPR 3.0000% + 105 bp = 4.0500%: grade BBB gives 75 bp and the longest term 30 bp; "
                "the floor of 3.0000% does not bind."
            ),
            (
                "LPR 3.0000% + 105 基点 = 4.0500%：等级 BBB 加 75 基点，最长期限加 30 基点；底线利率 "
                "3.0000% 未起作用。"
            ),
        ),
        (
            ("BBB", 0.03, 1, 0.0534),
            (
                "LPR 3.0000% + 234 bp = 5.3400%: grade BBB gives 75 bp and 1 year 0 bp, raised to "
                "reach the floor of 5.3400%."
            ),
            (
                "LPR 3.0000% + 234 基点 = 5.3400%：等级 BBB 加 75 基点，1 年期加 0 基点，并提高至底线"
                "利率 5.3400%。"
            ),
        ),
    ],
)
def test_why_gives_grade_term_and_floor(cells, english, chinese):
    cells = (*cells, *[None] * (6 - len(cells)))
    assert one("CR_SPREAD", *cells, "why") == english
    assert one("CR_SPREAD", *cells, "why", "zh") == chinese


def test_table_gives_all_parts():
    grades = [["BBB"], ["CC"], [None]]
    headers, first, second, third = udfs.call(
        "CR_SPREAD", grades, 0.03, 1, 0.0534, None, None, "table"
    )
    assert headers == ["grade", "LPR", "grade bp", "term bp", "raised bp", "spread bp", "rate", "floor"]  # fmt: skip
    assert first == ["BBB", 0.03, 75, 0, 159, 234, pytest.approx(0.0534), 0.0534]
    assert second[0] == "CC"
    assert second[6].code == "#N/A"
    assert third == [None] * 8
    assert udfs.call("CR_SPREAD", "BBB", 0.03, 1, None, None, None, "table", "zh")[0][0] == "等级"


def test_edited_tables_are_used_and_disordered_terms_refused():
    spreads = [["等级", "利差（基点）"], ["优", 10], ["良", 20]]
    terms = [["years", "spread_bp"], [2, 1], [None, 2]]
    assert column(udfs.call("CR_SPREAD", [["优"], ["良"]], 0.03, [[2], [3]], None, spreads, terms)) == [11, 22]  # fmt: skip
    wrong = one("CR_SPREAD", "优", 0.03, 1, None, spreads, [terms[0], [5, 1], [2, 2]])
    assert wrong.code == "#VALUE!"
    beyond = one("CR_SPREAD", "优", 0.03, 3, None, spreads, [terms[0], [2, 1]])
    assert beyond.code == "#N/A"
    twice = one("CR_SPREAD", "优", 0.03, 3, None, [*spreads, ["优", 30]])
    assert twice.code == "#VALUE!"


def test_every_grade_of_the_master_scale_has_a_row():
    assert tables.builtin("lpr_spreads").rows["grade"].tolist() == (
        tables.builtin("master_scale").rows["grade"].tolist()
    )


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from([*PRICED, "CC", "Z"]), st.floats(0.1, 40), st.floats(0, 0.2)),
        min_size=1,
        max_size=8,
    ),
    out=st.sampled_from(["value", "rate", "why"]),
    order=st.randoms(use_true_random=False),
)
def test_one_loan_gives_what_it_gives_in_a_batch_in_any_order(rows, out, order):
    order.shuffle(rows)
    grades, years, floors = ([[cell] for cell in cells] for cells in zip(*rows, strict=True))
    batch = column(udfs.call("CR_SPREAD", grades, 0.03, years, floors, None, None, out))
    alone = [one("CR_SPREAD", g, 0.03, y, f, None, None, out) for g, y, f in rows]
    assert batch == alone
    quotes = column(udfs.call("CR_RATECHECK", [[0.03]] * len(rows), floors, None, "why"))
    assert quotes == [one("CR_RATECHECK", 0.03, f, None, "why") for _, _, f in rows]
