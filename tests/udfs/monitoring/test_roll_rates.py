from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

DATA = Path(__file__).parents[3] / "../shared/data/card_default_taiwan/UCI_Credit_Card.csv"
CODES = [f"M{i}" for i in range(8)]


def column(cells):
    return [[cell] for cell in cells]


def table(*call):
    rows = udfs.call("CR_ROLLRATE", *call)
    return {row[0]: dict(zip(rows[0][1:], row[1:], strict=True)) for row in rows[1:]}


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(0, "M0"), (0.5, "M0"), (1, "M1"), (30, "M1"), (31, "M2"), (60, "M2"), (61, "M3"), (90, "M3"),
     (91, "M4"), (120, "M4"), (121, "M5"), (150, "M5"), (151, "M6"), (180, "M6"), (181, "M7"), (9999, "M7")],
)  # fmt: skip
def test_bucket_by_days(days, bucket):
    assert udfs.call("CR_BUCKET", days) == [[bucket]]


def test_bucket_of_a_column_with_faults_in_their_rows():
    cells = udfs.call("CR_BUCKET", column([45, None, -1, "x", "#N/A"]), None, "label", "zh")
    assert cells[:2] == [["M2 逾期31至60天"], [None]]
    assert [row[0] for row in cells[2:]] == [CellError(c) for c in ("#NUM!", "#VALUE!", "#N/A")]


@pytest.mark.parametrize("rows", [[["M0", "a", "a", 1]], [["M0", "a", "a", 0], ["m0", "b", "b", 1]],
                                  [["M0", "a", "a", 0], ["M1", "b", "b", 0]]])  # fmt: skip
def test_own_buckets_must_ascend_from_nought(rows):
    own = [["bucket", "label_en", "label_zh", "days_from"], *rows]
    (error,) = udfs.call("CR_BUCKET", 1, own)[0]
    assert "buckets" in error.reason


def test_rates_of_each_bucket():
    begin = ["M0"] * 10 + ["M1"] * 4 + ["M2"] * 4
    end = ["M0"] * 7 + ["M1", "M1", None] + ["M0", "M1", "M2", "M3"] + ["M0", "M1", "M2", "M3"]
    found = table(column(begin), column(end))
    assert found["M0"]["beginning"] == 10
    assert found["M0"]["roll to next"] == 0.2
    assert found["M0"]["closed"] == 0.1
    assert found["M0"]["cured"] is None
    assert found["M1"] == {
        "beginning": 4, "cured": 0.25, "improved": 0, "unchanged": 0.25, "roll to next": 0.25,
        "roll forward": 0.5, "closed": 0, "flow to last": None,
    }  # fmt: skip
    assert found["M2"]["improved"] == 0.25
    assert found["M7"]["beginning"] == 0


def test_balances_weight_the_rolls():
    found = table(column(["M0", "M0"]), column(["M0", "M1"]), column([900, 100]))
    assert found["M0"]["roll to next"] == 0.1


def test_days_and_codes_and_labels_are_the_same():
    codes = table(column(["M0", "M1", "M2"]), column(["M1", "M2", "M0"]))
    assert table(column([0, 15, 45]), column([15, 45, 0])) == codes
    assert (
        table(column(["0", "M1 逾期1至30天", "m2"]), column(["15.5", "M2 31 to 60 days", 0]))
        == codes
    )


def test_months_of_a_range_go_together():
    months = [[0, 15, 45], [0, 0, 15]]
    found = table([row[:-1] for row in months], [row[1:] for row in months])
    assert found["M0"]["beginning"] == 3
    assert found["M0"]["roll to next"] == pytest.approx(2 / 3)
    assert found["M1"]["roll to next"] == 1


THREE = [["bucket", "label_en", "label_zh", "days_from"], ["M0", "a", "甲", 0], ["M1", "b", "乙", 1], ["M2", "c", "丙", 31],
         ["M3", "d", "丁", 61]]  # fmt: skip


def test_flow_to_last_is_the_chance_to_get_there_before_a_cure():
    begin = ["M0"] * 10 + ["M1"] * 10 + ["M2"] * 10
    end = (
        ["M0"] * 9
        + ["M1"]
        + ["M0"] * 5
        + ["M1"] * 3
        + ["M2"] * 2
        + ["M0"] * 2
        + ["M1"] * 3
        + ["M2"]
        + ["M3"] * 4
    )
    found = table(column(begin), column(end), None, THREE)
    # x1 = .3 x1 + .2 x2; x2 = .3 x1 + .1 x2 + .4
    x1, x2 = np.linalg.solve([[0.7, -0.2], [-0.3, 0.9]], [0, 0.4])
    assert found["M1"]["flow to last"] == pytest.approx(x1)
    assert found["M2"]["flow to last"] == pytest.approx(x2)
    assert found["M0"]["flow to last"] == pytest.approx(0.1 * x1)
    assert found["M3"]["flow to last"] == 1


def test_bucket_that_nobody_leaves_never_flows_on():
    found = table(column(["M0", "M1", "M2"]), column(["M1", "M1", "M3"]), None, THREE)
    assert found["M1"]["flow to last"] == 0
    assert found["M2"]["flow to last"] == 1


@pytest.mark.parametrize(("lang", "why"), [
    ("en", "M0 to M1 50.0%, M1 to M2 50.0%, M2 to M3 100.0%; 25.00% of M0 go on to M3 without being cured."),
    ("zh", "M0 滚入 M1 50.0%，M1 滚入 M2 50.0%，M2 滚入 M3 100.0%；M0 中有 25.00% 未经恢复即滚至 M3。"),
])  # fmt: skip
def test_why_in_both_languages(lang, why):
    begin, end = column(["M0", "M0", "M1", "M1", "M2"]), column(["M0", "M1", "M0", "M2", "M3"])
    assert udfs.call("CR_ROLLRATE", begin, end, None, THREE, "why", lang) == [[why]]


def test_matrix_and_amounts():
    call = (
        "CR_ROLLRATE",
        column(["M0", "M0", "M1"]),
        column(["M0", None, "M0"]),
        column([3, 1, 2]),
        THREE,
    )
    assert udfs.call(*call, "amounts") == [
        ["bucket", "M0", "M1", "M2", "M3", "closed"],
        ["M0", 3, 0, 0, 0, 1],
        ["M1", 2, 0, 0, 0, 0],
        ["M2", 0, 0, 0, 0, 0],
        ["M3", 0, 0, 0, 0, 0],
    ]
    assert udfs.call(*call, "matrix")[1] == ["M0", 0.75, 0, 0, 0, 0.25]
    assert udfs.call(*call, "matrix")[3] == ["M2", None, None, None, None, None]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ((column(["odd"]), column(["M0"])), "bucket_begin, row 1"),
        ((column(["M0"]), column([-3])), "bucket_end, row 1"),
        ((column(["M0"]), column(["M0"]), column([None])), "balance, row 1"),
        ((column([None]), column(["M0"])), "bucket_begin"),
        ((column(["#DIV/0!"]), column(["M0"])), "bucket_begin, row 1"),
        ((column(["M0", "M0"]), column(["M0"])), "bucket_begin and bucket_end"),
    ],
)
def test_bad_row_is_refused_with_its_number(cells, words):
    (error,) = udfs.call("CR_ROLLRATE", *cells)[0]
    assert error.reason.startswith(words)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.tuples(st.sampled_from(CODES), st.sampled_from([*CODES, None])), min_size=1, max_size=30
    )
)
def test_shares_of_a_bucket_add_up_to_one(pairs):
    found = table(*(column(part) for part in zip(*pairs, strict=True)))
    for row in found.values():
        if row["beginning"]:
            parts = ("cured", "improved", "unchanged", "roll forward", "closed")
            assert sum(row[name] or 0 for name in parts) == pytest.approx(1)
            assert row["flow to last"] is None or 0 <= row["flow to last"] <= 1 + 1e-12


@pytest.mark.skipif(not DATA.exists(), reason=f"needs the card clients in {DATA}")
def test_card_clients_of_taiwan_roll_as_counted_with_pandas():
    data = pd.read_csv(DATA)
    # Oldest month first; codes up to 0 are paid or revolving, from 1 months overdue.
    months = data[[f"PAY_{i}" for i in (6, 5, 4, 3, 2, 0)]].clip(lower=0)
    days = (months * 30).to_numpy()
    found = table(days[:, :-1], days[:, 1:])
    begin = months.iloc[:, :-1].to_numpy().ravel().clip(max=7)
    end = months.iloc[:, 1:].to_numpy().ravel().clip(max=7)
    expected = pd.crosstab(begin, end, normalize="index")
    assert sum(row["beginning"] for row in found.values()) == 5 * 30_000
    for place, code in enumerate(CODES[:-1]):
        following = expected.loc[place].get(place + 1, 0.0)
        assert found[code]["roll to next"] == pytest.approx(following)
        assert found[code]["unchanged"] == pytest.approx(expected.loc[place, place])
    # Two months overdue are mostly stuck or cured, five and six mostly roll on.
    assert found["M2"]["cured"] > 0.2
    assert found["M6"]["roll to next"] > 0.6
