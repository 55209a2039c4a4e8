"""WoE of values and information values of factors."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import binding, catalogue

BINS = [
    ["factor", "bin", "lower", "upper", "category", "group", "woe"],
    ["dti", "range", None, 0.3, None, 1, 0.8],
    ["dti", "range", 0.3, 0.5, None, 2, 0.1],
    ["dti", "range", 0.5, None, None, 3, -0.9],
    ["dti", "special", None, None, -999, 4, -0.3],
    ["job", "category", None, None, "clerk", 1, 0.2],
    ["job", "category", None, None, "miner", 2, -0.4],
    ["job", "missing", None, None, None, 2, -0.4],
    ["job", "other", None, None, None, 3, 0],
]


def woe(values, *rest, bins=BINS):
    return udfs.call("CR_WOE", values, bins, *rest)


def test_values_take_the_woe_of_their_bins():
    rows = woe([[0.29, "clerk"], [0.3, "miner"], [0.5, None], [-999, "pilot"], ["0.4", "CLERK"]])
    assert rows == [["dti", "job"], [0.8, 0.2], [0.1, -0.4], [-0.9, -0.4], [-0.3, 0.0], [0.1, 0.2]]


def test_bins_can_be_named_instead():
    rows = woe([[0.29, "clerk"], [-999, None]], None, "bin")
    assert rows[1:] == [["below 0.3", "clerk"], ["-999", "missing"]]
    assert woe([[0.29, "pilot"]], None, "bin", "zh")[1] == ["低于 0.3", "其他"]


def test_columns_are_found_by_name_in_any_order():
    rows = woe([["clerk", 7, 0.29]], [["JOB", "branch", "dti"]])
    assert rows == [["dti", "job"], [0.8, 0.2]]


def test_value_that_fits_no_bin_is_an_error_in_its_own_cell_alone():
    rows = woe([[None, "clerk"], ["lots", "clerk"], [0.1, "#REF!"], [None, None]])
    missing, text, reference = rows[1][0], rows[2][0], rows[3][1]
    assert [rows[1][1], rows[2][1], rows[3][0]] == [0.2, 0.2, 0.8]
    assert (missing.code, missing.reason) == (
        "#N/A",
        "dti is missing, and there is no bin for a missing value.",
    )
    assert (text.code, text.reason) == ("#VALUE!", "dti: 'lots' is not a number.")
    assert reference.code == "#REF!"
    assert rows[4] == [None, None]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.just(-999), st.floats(-2, 2)),
            st.sampled_from(["clerk", "miner", "pilot", None]),
        ).filter(any),
        min_size=1,
        max_size=20,
    )
)
def test_one_row_alone_gives_what_it_gives_in_a_batch(rows):
    together = woe([list(row) for row in rows])[1:]
    assert together == [woe([list(row)])[1] for row in rows]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([["factor", "upper", "lower"], ["x", 1, None]], "bins, column woe, row 1 must be a number; CR_REBIN"),
        ([["factor", "woe", "lower"], ["x", "high", None]], "bins, column woe, row 1 must be a number; got 'high'"),
        ([["woe"], [1]], "bins must be a table with a column factor"),
    ],
)  # fmt: skip
def test_table_without_woe_is_refused(table, words):
    ((error,),) = woe([[1]], bins=table)
    assert words in error.reason


def test_woe_of_binned_data_averages_to_the_shares():
    rng = np.random.default_rng(1)
    x, bad = rng.normal(size=1000), rng.integers(2, size=1000)
    bins = udfs.call("CR_BINNING", bad, x.reshape(-1, 1), None, "quantile")
    columns = np.array([row[0] for row in woe(x.reshape(-1, 1), bins=bins)[1:]])
    table = pd.DataFrame(bins[1:], columns=bins[0])
    for value, count in table.groupby("woe")["count"].sum().items():
        assert (columns == value).sum() == count


# --- information value --------------------------------------------------------------------------


def iv(bad, values, *rest):
    return udfs.call("CR_IV", [[x] for x in bad], values, *rest)


BAD = [0] * 139 + [1] * 135 + [0] * 164 + [1] * 105 + [0] * 49 + [1] * 14 + [0] * 348 + [1] * 46
CHECKING = ["negative"] * 274 + ["some"] * 269 + ["high"] * 63 + ["none"] * 394


def test_information_value_of_german_credit_checking_account():
    rows = iv(BAD, [[text] for text in CHECKING], ["checking"])
    assert rows[1][0] == "checking"
    assert math.isclose(rows[1][1], 0.6660115033513336, rel_tol=1e-12)
    assert rows[1][2:] == ["suspicious", 4, 0, None]


def test_factors_stand_by_their_information_value_with_its_rating():
    rng = np.random.default_rng(4)
    noise = rng.integers(3, size=1000)
    values = [[int(n), text, "same"] for n, text in zip(noise, CHECKING, strict=True)]
    rows = iv(BAD, values, [["noise", "checking", "same"]], None, "quantile", *[None] * 7, "zh")
    assert rows[0] == ["因子", "IV", "预测能力", "分箱数", "缺失占比", "说明"]
    assert [row[0] for row in rows[1:]] == ["checking", "noise", "same"]
    assert [row[2] for row in rows[1:]] == ["可疑", "无预测力", "无预测力"]
    assert rows[3][1] == 0


def test_missing_share_and_rows_left_out_are_stated():
    rows = iv([0, 1, 0, 1, None], [[1], [None], [2], [3], [4]], None, None, "quantile", 1)
    assert rows[1][4] == 0.25
    assert rows[1][5].endswith("1 rows without bad left out")


def test_bins_of_last_year_are_counted_on_new_data():
    bins = [["factor", "lower", "upper"], ["x", None, 3], ["x", 3, None]]
    rows = iv([0, 1, 1, 0], [[1], [2], [3], [4]], None, bins)
    assert rows[1][:4] == ["x", 0, "none", 2]


def test_ratings_can_be_the_banks_own():
    bands = [["rating", "label_en", "label_zh", "iv_from"], ["y", "use", "可用", 0.5], ["n", "drop", "弃用", None]]  # fmt: skip
    rows = iv(BAD, [[text] for text in CHECKING], *[None] * 9, bands)
    assert rows[1][2] == "use"


def test_same_result_from_arrays():
    frame = pd.DataFrame({"checking": CHECKING})
    result = binding.evaluate(catalogue.function("CR_IV"), (np.array(BAD), frame, ["checking"]))
    assert math.isclose(result.values.value.iloc[0, 1], 0.6660115033513336, rel_tol=1e-12)
