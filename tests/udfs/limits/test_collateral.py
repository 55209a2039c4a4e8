import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import tables
from udfs.errors import CellError

KINDS = tables.builtin("collateral_kinds").rows


def ltv(*cells, out="value", lang="en"):
    return udfs.call("CR_LTV", *cells, *[None] * (7 - len(cells)), out, lang)


def one(*cells, out="value", lang="en"):
    ((cell,),) = ltv(*cells, out=out, lang=lang)
    return cell


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ((600, 1000), 0.6),
        ((600, 1000, "residential"), 600 / 950),
        ((600, 1000, "住宅", None, 50), 650 / 950),
        ((0, 1000, "deposit"), 0),
    ],
)
def test_loan_to_value(cells, expected):
    assert one(*cells) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("kind", "tier", "expected"),
    [
        ("residential", None, 0.7),
        (None, "low", 0.7),
        (None, "高风险", 0.5),
        ("residential", "medium", 0.6),
        ("deposit", "premium", 0.8),
        ("知识产权", "premium", 0.3),
    ],
)
def test_the_lower_of_kind_and_tier(kind, tier, expected):
    assert one(600, 1000, kind, tier, out="max_ltv") == expected


def test_lendable_required_and_shortfall():
    cells = (600, 1000, "residential", "medium")
    assert one(*cells, out="lendable") == pytest.approx(570)
    assert one(*cells, out="required") == pytest.approx(600 / 0.6 / 0.95)
    assert one(*cells, out="shortfall") == pytest.approx(600 / 0.6 / 0.95 - 1000)
    assert one(500, 1000, "residential", "medium", out="shortfall") == 0
    assert one(600, 1000, "residential", "medium", 700, out="lendable") == 0


@given(
    st.floats(0, 1e6),
    st.floats(1, 1e6),
    st.sampled_from(KINDS["collateral_kind"].tolist()),
    st.sampled_from(["premium", "low", "medium", "high"]),
)
@settings(deadline=None, max_examples=60)
def test_the_parts_agree(loan, value, kind, tier):
    lendable = one(loan, value, kind, tier, out="lendable")
    highest = one(loan, value, kind, tier, out="max_ltv")
    required = one(loan, value, kind, tier, out="required")
    shortfall = one(loan, value, kind, tier, out="shortfall")
    assert one(lendable, value, kind, tier) == pytest.approx(highest)
    assert one(loan, value + shortfall, kind, tier) <= highest * (1 + 1e-9)
    assert (loan <= lendable * (1 + 1e-12)) == (shortfall <= 1e-9 * required)


@pytest.mark.parametrize(
    ("cells", "out", "code", "words"),
    [
        ((600, 1000), "lendable", "#N/A", "kind and tier are missing"),
        ((600, 0, "land"), "value", "#DIV/0!", "no recognised value"),
        ((600, 1000, "castle"), "value", "#VALUE!", "kind must be one of deposit"),
        ((600, 1000, None, "silver"), "value", "#VALUE!", "tier must be one of premium"),
        ((None, 1000, "land"), "value", "#N/A", "loan is missing"),
        ((-1, 1000), "value", "#NUM!", "loan must be a number at least 0"),
    ],
)
def test_what_cannot_be_told_says_why(cells, out, code, words):
    got = ltv(*[[[cell], [1]] if i == 0 else cell for i, cell in enumerate(cells)], out=out)
    if cells[0] is None:
        assert got[0] == [None]
        return
    assert got[0] == [CellError(code)]
    assert words in got[0][0].reason
    assert got[0][0].reason_zh


def test_a_blank_in_a_column_of_kinds_is_no_leave_to_take_no_haircut():
    got = ltv(600, 1000, [["land"], [None]], [["low"], ["low"]])
    assert got[1] == [CellError("#N/A")]
    assert got[1][0].reason == "kind is missing."
    assert ltv(600, 1000, "land", [["low"], [None]])[1][0].reason_zh == "缺少 tier。"


def test_collateral_that_counts_for_nothing():
    kinds = [
        ["collateral_kind", "label_en", "label_zh", "haircut", "max_ltv"],
        ["art", "art", "字画", 0, 0],
    ]
    cell = one(600, 1000, "art", None, None, kinds, out="required")
    assert cell == CellError("#NUM!")
    assert "no amount of this collateral" in cell.reason
    assert one(600, 1000, "art", None, None, kinds, out="lendable") == 0
    why = one(600, 1000, "字画", None, None, kinds, out="why", lang="zh")
    assert (
        why
        == "字画 1,000，折扣率 0%，认定价值 1,000：贷款 600，抵押率 60.00%；该押品不予认可，最多可贷 0。"
    )


@pytest.mark.parametrize(
    ("cells", "lang", "expected"),
    [
        (
            (600, 1000, "residential", "medium"),
            "en",
            "residential property 1,000, haircut 5%, recognised 950: loan 600, loan to value 63.16%, above the highest of 60% (tier medium); up to 570 can be lent, collateral lacks 52.63.",
        ),
        (
            (600, 1000, "residential", "low", 50),
            "zh",
            "住宅 1,000，折扣率 5%，认定价值 950：贷款 600、优先受偿债权 50，抵押率 68.42%，未超过最高抵押率 70%（按押品种类）；最多可贷 615。",
        ),
        (
            (600, 1000),
            "en",
            "collateral 1,000, kind not given, no haircut, recognised 1,000: loan 600, loan to value 60.00%; the highest is not known, neither kind nor tier is given.",
        ),
        (
            (5, 0, "land"),
            "zh",
            "出让土地使用权 0，折扣率 15%，认定价值 0：无抵押率，最高抵押率 60%（按押品种类）；最多可贷 0，押品缺口 9.8。",
        ),
    ],
)
def test_why(cells, lang, expected):
    assert one(*cells, out="why", lang=lang) == expected


def test_table():
    rows = ltv([[600], [5]], 1000, "residential", [["medium"], ["premium"]], out="table", lang="zh")
    assert rows[0] == [
        "认定价值",
        "抵押率",
        "最高抵押率",
        "可贷金额",
        "所需押品价值",
        "押品缺口",
        "未超最高抵押率",
    ]
    assert rows[1][:4] == pytest.approx([950, 600 / 950, 0.6, 570])
    assert rows[1][6] is False
    assert rows[2][5:] == [0, True]
