import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import tables
from udfs.errors import CellError

RATINGS = tables.builtin("external_ratings").rows["external_rating"].tolist()


def weight(exposure_class, rating=None, ltv=None, scheme="basel3", *more):
    ((cell,),) = udfs.call("CR_RISKWEIGHT", exposure_class, rating, ltv, scheme, *more)
    return cell


# Basel Framework CRE20, tables of the chapter.
@pytest.mark.parametrize(
    ("exposure_class", "steps"),
    [
        ("sovereign", [("AA-", 0), ("A-", 0.2), ("BBB-", 0.5), ("B-", 1), ("CCC+", 1.5)]),
        ("bank", [("AA-", 0.2), ("A-", 0.3), ("BBB-", 0.5), ("B-", 1), ("CCC+", 1.5)]),
        ("bank_short", [("A-", 0.2), ("BBB-", 0.2), ("BB+", 0.5), ("B-", 0.5), ("C", 1.5)]),
        ("corporate", [("AA-", 0.2), ("A+", 0.5), ("BBB-", 0.75), ("BB-", 1), ("B+", 1.5)]),
    ],
)
def test_weights_by_rating(exposure_class, steps):
    assert [weight(exposure_class, rating) for rating, _ in steps] == [w for _, w in steps]


@pytest.mark.parametrize(("rating", "expected"), [("AAA", 0.2), ("Aa3", 0.2), ("aa-", 0.2)])
def test_symbols_of_either_agency_in_any_case(rating, expected):
    assert weight("corporate", rating) == expected


@pytest.mark.parametrize("rating", [None, "", "NR", "unrated", "无评级"])
def test_unrated(rating):
    assert weight("corporate", rating) == 1
    assert weight("sovereign", rating) == 1


@pytest.mark.parametrize(
    ("exposure_class", "bands"),
    [
        (
            "mortgage",
            [(0.5, 0.2), (0.51, 0.25), (0.6, 0.25), (0.8, 0.3), (0.9, 0.4), (1, 0.5), (1.01, 0.7)],
        ),
        (
            "mortgage_income",
            [(0.5, 0.3), (0.6, 0.35), (0.8, 0.45), (0.9, 0.6), (1, 0.75), (1.01, 1.05)],
        ),
        ("commercial_income", [(0.6, 0.7), (0.61, 0.9), (0.8, 0.9), (0.81, 1.1)]),
        ("commercial", [(0.6, 0.6), (0, 0.6)]),
    ],
)
def test_weights_by_loan_to_value(exposure_class, bands):
    assert [weight(exposure_class, None, ltv) for ltv, _ in bands] == [w for _, w in bands]


@pytest.mark.parametrize(
    ("exposure_class", "scheme", "expected"),
    [
        ("project_preoperational", "basel3", 1.3),
        ("project_operational", "basel3", 1.0),
        ("project_high_quality", "basel3", 0.8),
        ("sme", "basel3", 0.85),
        ("investment-grade corporate where ratings are not used", "basel3", 0.65),
        ("retail", "basel3", 0.75),
        # Fact book 3.5, to be checked against the regulation.
        ("投资级公司", "china", 0.75),
        ("中小企业", "china", 0.85),
        ("小微企业", "china", 0.75),
        ("其他一般公司", "china", 1.0),
        ("项目融资（运营前）", "china", 1.3),
        ("项目融资（运营）", "china", 1.0),
        ("物品融资", "china", 1.0),
        ("commodities_finance", "china", 1.0),
    ],
)
def test_weights_by_class(exposure_class, scheme, expected):
    assert weight(exposure_class, None, None, scheme) == expected


def test_the_chinese_weights_are_the_default():
    assert weight("sme", None, None, None) == weight("sme", None, None, "china")


@pytest.mark.parametrize(
    ("cells", "code", "words"),
    [
        (("mortgage",), "#N/A", "ltv is missing"),
        (("bank", None), "#N/A", "rating is missing"),
        (("commercial", None, 0.7), "#N/A", "the counterparty's exposure_class"),
        (("corporate", "A++"), "#VALUE!", "rating must be one of AAA, AA+"),
        (("castle",), "#VALUE!", "exposure_class must be one of cash, sovereign"),
        (("mortgage", None, -0.1), "#NUM!", "ltv must be a number at least 0"),
        (("corporate", None, None, "mars"), "#VALUE!", "scheme must be one of basel3, china"),
    ],
)
def test_what_cannot_be_weighted_says_why(cells, code, words):
    cell = weight(*cells)
    assert cell == CellError(code)
    assert words in cell.reason
    assert cell.reason_zh


@given(st.sampled_from(["corporate", "sovereign", "bank"]), st.sampled_from(RATINGS))
@settings(deadline=None, max_examples=40)
def test_a_worse_rating_never_lowers_the_weight(exposure_class, rating):
    better = RATINGS[max(RATINGS.index(rating) - 1, 0)]
    assert weight(exposure_class, better) <= weight(exposure_class, rating)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["mortgage", "corporate", "bank", "x"]),
            st.sampled_from([*RATINGS, "NR"]),
            st.floats(0, 2),
        ),
        min_size=2,
        max_size=8,
    )
)
@settings(deadline=None, max_examples=30)
def test_one_row_is_as_in_a_batch_in_any_order(rows):
    columns = ([[part] for part in column] for column in zip(*rows, strict=True))
    batch = udfs.call("CR_RISKWEIGHT", *columns, "basel3")
    assert batch == [[weight(*row)] for row in rows]


@pytest.mark.parametrize(
    ("cells", "lang", "expected"),
    [
        (
            ("corporate", "Baa3"),
            "en",
            "Scheme basel3: corporate, rating Baa3 is BBB- or better: risk weight 75%.",
        ),
        (("corporate", "NR"), "zh", "方案 basel3：公司，无评级：风险权重 100%。"),
        (
            ("mortgage", None, 0.65),
            "zh",
            "方案 basel3：居住用房地产，贷款价值比 65% 不高于 80%：风险权重 30%。",
        ),
        (
            ("mortgage", None, 1.3),
            "en",
            "Scheme basel3: residential real estate, loan to value 130% above all bands: risk weight 70%.",
        ),
        (
            ("micro_small", None, None, "china"),
            "en",
            "Scheme china: micro or small enterprise: risk weight 75%.",
        ),
    ],
)
def test_why(cells, lang, expected):
    padded = [*cells, *[None] * (4 - len(cells))]
    padded[3] = padded[3] or "basel3"
    assert weight(*padded, None, None, "why", lang) == expected


def test_table():
    rows = udfs.call(
        "CR_RISKWEIGHT",
        [["corporate"], ["mortgage"]],
        [["A"], [None]],
        0.7,
        "basel3",
        None,
        None,
        "table",
        "zh",
    )
    assert rows == [
        ["风险权重", "敞口类别", "最低外部评级", "贷款价值比上限"],
        [0.5, "公司", "A-", None],
        [0.3, "居住用房地产", None, 0.8],
    ]


def test_an_edited_table_takes_effect_and_a_wrong_rating_in_it_is_refused():
    header = [
        "scheme",
        "exposure_class",
        "label_en",
        "label_zh",
        "worst_rating",
        "ltv_upper",
        "risk_weight",
    ]
    own = [
        header,
        ["mine", "loan", "loan", "贷款", "BBB-", None, 0.4],
        ["mine", "loan", "loan", "贷款", None, None, 0.9],
    ]
    assert weight("贷款", "A", None, "mine", own) == 0.4
    assert weight("loan", None, None, "mine", own) == 0.9
    own[1][4] = "good"
    assert "weights, column worst_rating, row 1" in weight("loan", "A", None, "mine", own).reason


# --- conversion and capital -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "scheme", "expected"),
    [
        ("guarantee", "basel3", 1),
        ("note_issuance", "basel3", 0.5),
        ("performance_bond", "basel3", 0.5),
        ("commitment", "basel3", 0.4),
        ("trade_credit", "basel3", 0.2),
        ("cancellable", "basel3", 0.1),
        ("贷款承诺", None, 0.4),
        ("未使用的信用卡授信额度", "china", 0.4),
    ],
)
def test_conversion_factors(item, scheme, expected):
    assert udfs.call("CR_CCF", item, scheme) == [[expected]]


def test_conversion_outs_and_unknown_items():
    got = udfs.call("CR_CCF", [["commitment"], ["wish"], [None]], None, None, "why", "zh")
    assert got[0] == ["方案 china：贷款承诺：信用转换系数 40%。"]
    assert got[1][0].startswith("item 应为 guarantee、")
    assert got[2] == [None]
    assert udfs.call("CR_CCF", "guarantee", "basel3", None, "table") == [
        ["item", "conversion"],
        ["guarantees, acceptances and other direct credit substitutes", 1],
    ]


def capital(*cells, out="value", lang="en"):
    return udfs.call("CR_CAPITAL", *cells, *[None] * (7 - len(cells)), out, lang)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ((1000, 1), 105),
        ((1000, 0.75, 0.4), 31.5),
        ((1000, 1, None, 0.08), 80),
        ((1000, 1, None, None, "minimum"), 80),
        ((1000, 1, None, None, "cet1", "basel3"), 45),
        ((1000, 1, None, None, "核心一级资本最低要求", "china"), 50),
    ],
)
def test_capital(cells, expected):
    assert capital(*cells) == [[pytest.approx(expected)]]


@pytest.mark.parametrize(("out", "expected"), [("ead", 400), ("rwa", 300), ("value", 31.5)])
def test_capital_outs(out, expected):
    assert capital(1000, 0.75, 0.4, out=out) == [[pytest.approx(expected)]]


@pytest.mark.parametrize(
    ("cells", "lang", "expected"),
    [
        (
            (1000, 0.75, 0.4),
            "zh",
            "1,000 × 转换系数 40% × 风险权重 75% × 10.5%（总资本加储备资本）= 31.5。",
        ),
        ((1000, 0.75, None, 0.12), "en", "1,000 × risk weight 75% × 12% (ratio given) = 90."),
    ],
)
def test_capital_why(cells, lang, expected):
    assert capital(*cells, out="why", lang=lang) == [[expected]]


def test_capital_table_and_faults():
    rows = capital([[1000], [None], [-5], [10]], [[0.75], [1], [1], [None]], 0.4, out="table")
    assert rows[0][-1] == "capital_amount"
    assert rows[1] == pytest.approx([1000, 0.4, 400, 0.75, 300, 0.105, 31.5])
    assert rows[2][0] == CellError("#N/A")
    assert rows[3][0] == CellError("#NUM!")
    assert rows[4][0] == CellError("#N/A")


def test_an_unknown_requirement_is_refused():
    ((cell,),) = capital(1000, 1, None, None, "gold")
    assert cell.reason == "requirement must be one of buffered, minimum, tier1, cet1; got 'gold'."


# --- project phases ------------------------------------------------------------------------------


def phase(*cells, out="code", lang="en"):
    padded = [*cells, *[None] * (8 - len(cells))]
    padded[5] = padded[5] or "basel3"
    ((cell,),) = udfs.call("CR_PFPHASE", *padded, out, lang)
    return cell


@pytest.mark.parametrize(
    ("flow", "duty", "debt", "before", "met", "scheme", "expected"),
    [
        (-200, 0, 4500, 5000, "all", "basel3", "project_preoperational"),
        (0, 0, 4500, 5000, "all", "basel3", "project_preoperational"),
        (900, 901, 4500, 5000, "all", "basel3", "project_preoperational"),
        (900, 900, 5000, 5000, "all", "basel3", "project_preoperational"),
        (900, 900, 4999, 5000, None, "basel3", "project_operational"),
        (900, 0, 4500, 5000, "covenants,reserves", "basel3", "project_operational"),
        (900, 0, 4500, 5000, "全部", "basel3", "project_high_quality"),
        (
            900, 0, 4500, 5000,
            "covenants; reserves, revenue、counterparty,default_protection,termination,pledge,step_in",
            "basel3", "project_high_quality",
        ),
        (900, 0, 4500, 5000, "all", "china", "project_operational"),
    ],
)  # fmt: skip
def test_phase(flow, duty, debt, before, met, scheme, expected):
    assert phase(flow, duty, debt, before, met, scheme) == expected


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_phase_goes_into_the_risk_weight_as_it_is(lang):
    for scheme in ("basel3", "china"):
        for flow in (-1, 900):
            label = phase(flow, 0, 4500, 5000, "all", scheme, out="value", lang=lang)
            expected = phase(flow, 0, 4500, 5000, "all", scheme, out="weight")
            assert weight(label, None, None, scheme) == expected


def test_phase_why_names_tests_and_lacking_conditions():
    met = "covenants,reserves,revenue,counterparty,default_protection,termination,pledge"
    why = phase(900, 100, 4500, 5000, met, out="why", lang="zh")
    assert why == (
        "项目融资（运营）：净现金流 900 足以覆盖剩余义务 100；长期债务由 5,000 降至 4,500；"
        "高质量尚缺：违约时债权人可接管项目；风险权重 100%。"
    )
    why = phase(50, 100, 5000, 4000, out="why")
    assert why == (
        "project finance before operation: net cash flow 50 does not cover the remaining "
        "obligations of 100; long-term debt does not fall (4,000 to 5,000); risk weight 130%."
    )


def test_phase_table_and_faults():
    rows = udfs.call(
        "CR_PFPHASE", [[900], [900], [None]], [[0], [0], [1]], 4500, [[5000], [None], [5000]],
        [["all"], ["all"], ["all"]], "basel3", None, None, "table",
    )  # fmt: skip
    assert rows[0] == [
        "exposure_class",
        "risk_weight",
        "cash_flow_test",
        "debt_test",
        "conditions_lacking",
    ]
    assert rows[1] == ["high-quality project finance in operation", 0.8, True, True, None]
    assert rows[2][0] == rows[3][0] == CellError("#N/A")
    cell = phase(900, 0, 4500, 5000, "pledge, luck")
    assert cell.reason.startswith("met must be one of covenants, reserves")


def test_weights_without_project_finance_are_refused():
    header = [
        "scheme",
        "exposure_class",
        "label_en",
        "label_zh",
        "worst_rating",
        "ltv_upper",
        "risk_weight",
    ]
    own = [header, ["mine", "loan", "loan", "贷款", None, None, 0.9]]
    cell = phase(900, 0, 4500, 5000, None, "mine", None, own)
    assert "a list with project_preoperational, project_operational" in cell.reason
