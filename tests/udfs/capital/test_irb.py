import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import tables
from udfs.errors import CellError

# Basel II, June 2006, Annex 5: PD and LGD 45 %, 2.5 years -> risk weight in per cent with sales
# of 50 and of 5 million euros. Two cells are cut, not rounded, in print.
ANNEX_5 = [
    (0.0003, 14.44, 11.30),
    (0.0005, 19.65, 15.39),
    (0.0010, 29.65, 23.30),
    (0.0025, 49.47, 39.01),
    (0.0040, 62.72, 49.49),
    (0.0050, 69.61, 54.91),
    (0.0075, 82.78, 65.14),
    (0.0100, 92.32, 72.40),
    (0.0130, 100.95, 78.77),
    (0.0150, 105.59, 82.11),
    (0.0200, 114.86, 88.55),
    (0.0250, 122.16, 93.43),
    (0.0300, 128.44, 97.58),
]
# Regression: computed by the fact book from the published formula.
COMPUTED = [
    (0.04, 139.58, 105.04),
    (0.05, 149.85, 112.26),
    (0.06, 159.61, 119.48),
    (0.10, 193.09, 146.51),
    (0.15, 221.53, 171.91),
    (0.20, 238.23, 188.42),
]


def weight(*cells):
    """One risk weight; under Basel III where the cells name no scheme."""
    padded = [*cells, *[None] * (5 - len(cells))]
    padded[4] = padded[4] or "basel3"
    ((value,),) = udfs.call("CR_IRBRW", *padded)
    return value


def column(items):
    return [[item] for item in items]


def edited(name, column_name, value, **where):
    """A built-in table as a range, one column set in the rows named."""
    table = tables.builtin(name)
    rows = udfs.call("CR_POLICY", name)
    headers = rows[0]
    for row in rows[1:]:
        if all(row[headers.index(key)] == wanted for key, wanted in where.items()):
            row[headers.index(column_name)] = value
    assert headers == table.headers("en")
    return rows


@pytest.mark.parametrize(("pd", "large", "small"), [*ANNEX_5, *COMPUTED])
def test_basel_2_annex_5(pd, large, small):
    got = [100 * weight(pd, 0.45, 2.5, sales, "basel2") for sales in (50, 5)]
    assert got == pytest.approx([large, small], abs=0.01)
    assert 100 * weight(pd, 0.45, 2.5, None, "basel2") == pytest.approx(large, abs=0.01)


@pytest.mark.parametrize(
    ("pd", "lgd", "years", "scheme", "expected", "tolerance"),
    [
        # OpenAfterHours/rwa_calculator, expected_rwa_crr.csv and expected_rwa_b31.json.
        (0.001, 0.45, 4.25, "crr", 0.45016742674622134, 1e-10),
        (0.01, 0.75, 4, "crr", 1.967275573796, 2e-10),
        (0.0003, 0.45, 2, "crr", 0.12884785138763213, 1e-10),
        (0.015, 0.25, 4, "crr", 0.7351610912376214, 1e-9),
        (0.001, 0.4, 2.7506849315, "basel3", 0.2799081826, 1e-9),
        (0.0005, 0.4, 1.0, "basel3", 0.0997103847, 1e-9),
        (0.015, 0.25, 2.506849315068493, "basel3", 0.5871164625020694, 1e-9),
    ],
)
def test_published_weights_to_many_digits(pd, lgd, years, scheme, expected, tolerance):
    assert weight(pd, lgd, years, None, scheme) == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize(
    ("out", "expected"),
    [("correlation", 0.192783679), ("k", 0.073853441), ("value", 0.923168014), ("el", 0.0045)],
)
def test_components(out, expected):
    got = weight(0.01, 0.45, 2.5, None, "basel3", None, None, None, None, None, out)
    assert got == pytest.approx(expected, abs=5e-10)


@pytest.mark.parametrize(
    ("sales", "percent"), [(3000, 72.39), (1, 72.39), (16500, 82.21), (30000, 92.32), (9e9, 92.32)]
)
def test_firm_size_in_yuan(sales, percent):
    assert 100 * weight(0.01, 0.45, 2.5, sales, "china") == pytest.approx(percent, abs=0.01)


@pytest.mark.parametrize(
    ("pd", "percent"),
    [
        (0.0005, 17.47),
        (0.001, 26.36),
        (0.0025, 43.97),
        (0.01, 82.06),
        (0.05, 133.20),
        (0.2, 211.76),
    ],
)
def test_foundation_lgd_of_basel_3(pd, percent):
    assert 100 * weight(pd, None, 2.5) == pytest.approx(percent, abs=0.01)


def plain(pd, lgd, years, low, high, decay, multiplier=1.0, scaling=1.0):
    """The formula of CRE31 in plain Python."""
    normal = NormalDist()
    near = (1 - math.exp(-decay * pd)) / (1 - math.exp(-decay))
    r = multiplier * (low * near + high * (1 - near))
    k = lgd * (
        normal.cdf((normal.inv_cdf(pd) + math.sqrt(r) * normal.inv_cdf(0.999)) / math.sqrt(1 - r))
        - pd
    )
    if years is not None:
        b = (0.11852 - 0.05478 * math.log(pd)) ** 2
        k *= (1 + (years - 2.5) * b) / (1 - 1.5 * b)
    return 12.5 * k * scaling


@pytest.mark.parametrize(
    ("scheme", "exposure_class", "parameters"),
    [
        ("basel3", "corporate", (0.12, 0.24, 50)),
        ("basel3", "financial", (0.12, 0.24, 50, 1.25)),
        ("basel3", "hvcre", (0.12, 0.30, 50)),
        ("china", "大型或不受监管的金融机构", (0.12, 0.24, 50, 1.25)),
        ("crr", "bank", (0.12, 0.24, 50, 1.0, 1.06)),
    ],
)
def test_wholesale_classes_agree_with_the_formula(scheme, exposure_class, parameters):
    for pd in (0.0005, 0.003, 0.02, 0.3):
        got = weight(pd, 0.4, 3.5, None, scheme, exposure_class)
        assert got == pytest.approx(plain(pd, 0.4, 3.5, *parameters), rel=1e-9)


@pytest.mark.parametrize(
    ("exposure_class", "parameters"),
    [
        ("mortgage", (0.15, 0.15, 35)),
        ("revolving", (0.04, 0.04, 35)),
        ("transactor", (0.04, 0.04, 35)),
        ("retail", (0.03, 0.16, 35)),
    ],
)
@pytest.mark.parametrize("years", [None, 1, 5])
def test_retail_has_no_maturity_adjustment(exposure_class, parameters, years):
    got = weight(0.01, 0.45, years, 5, "basel3", exposure_class)
    assert got == pytest.approx(plain(0.01, 0.45, None, *parameters), rel=1e-9)


# Basel II, June 2006, Annex 5, retail columns at PD 1 %: recalled, and reproduced by the formula.
@pytest.mark.parametrize(
    ("exposure_class", "lgd", "percent"),
    [("mortgage", 0.45, 56.40), ("retail", 0.45, 45.77), ("revolving", 0.45, 17.22)],
)
def test_retail_weights(exposure_class, lgd, percent):
    got = 100 * weight(0.01, lgd, None, None, "basel2", exposure_class)
    assert got == pytest.approx(percent, abs=0.01)


@pytest.mark.parametrize(
    ("scheme", "exposure_class", "floor"),
    [
        ("basel3", "corporate", 0.0005),
        ("basel3", "revolving", 0.001),
        ("basel3", "transactor", 0.0005),
        ("basel2", "corporate", 0.0003),
        ("crr", "retail", 0.0003),
        ("china", "corporate", 0.0005),
    ],
)
def test_pd_floor(scheme, exposure_class, floor):
    below, at, above = (
        weight(pd, 0.4, None, None, scheme, exposure_class) for pd in (0, floor, floor * 1.1)
    )
    assert below == at < above


@pytest.mark.parametrize(("years", "counts_as"), [(0.2, 1), (1, 1), (5, 5), (30, 5), (None, 2.5)])
def test_years_are_kept_within_the_bounds(years, counts_as):
    assert weight(0.01, 0.45, years) == weight(0.01, 0.45, counts_as)


@pytest.mark.parametrize(
    ("scheme", "exposure_class", "claim", "lgd"),
    [
        ("basel3", None, None, 0.40),
        ("basel3", "bank", None, 0.45),
        ("basel3", "corporate", "subordinated", 0.75),
        ("basel3", "corporate", "应收账款", 0.20),
        ("basel2", None, None, 0.45),
        ("crr", None, "real_estate", 0.35),
        ("china", "公司", "其他实物押品", 0.25),
    ],
)
def test_supervisory_lgd_by_words(scheme, exposure_class, claim, lgd):
    got = weight(0.01, None, 2.5, None, scheme, exposure_class, claim)
    assert got == weight(0.01, lgd, 2.5, None, scheme, exposure_class)


def test_a_given_lgd_comes_before_the_claim_row_by_row():
    got = udfs.call(
        "CR_IRBRW", 0.01, column([0.1, None]), 2.5, None, "basel3", None, "subordinated"
    )
    assert got == [[weight(0.01, 0.1)], [weight(0.01, 0.75)]]


@pytest.mark.parametrize(
    ("cells", "lang", "expected"),
    [
        (
            (0.01, 0.45, 2.5, 50),
            "en",
            "Basel III (corporate): PD 1%, LGD 45%, maturity 2.5 y, sales 50 (million euros); correlation 0.1928, capital 7.3853%, risk weight 92.32%.",
        ),
        (
            (0.0001, None, 10),
            "en",
            "Basel III (corporate): PD 0.01% raised to the floor 0.05%, supervisory LGD 40% (senior unsecured claim on a company), maturity 10 y taken as 5, sales not given, no firm-size adjustment; correlation 0.2370, capital 2.3970%, risk weight 29.96%.",
        ),
        (
            (0.01, None, None, 16500, "china", "公司", "次级债权"),
            "zh",
            "商业银行资本管理办法（公司）：违约概率 1%、监管违约损失率 75%（次级债权）、未给出期限而按 2.5 年计、销售收入 16,500 万元；相关性 0.1728，资本要求 10.9610%，风险权重 137.01%。",
        ),
        (
            (0.01, 0.45, 2.5, None, "crr", "retail"),
            "en",
            "CRR (other retail): PD 1%, LGD 45%; correlation 0.1216, capital 3.6618%, risk weight 48.52% with the factor 1.06.",
        ),
        (
            (1, 0.45),
            "zh",
            "巴塞尔协议 III（公司）：已违约，违约概率 100%；按公式，预期损失 45% 之外无资本要求，须按违约损失率减最佳估计损失计提。",
        ),
    ],
)
def test_why_names_figures_and_assumptions(cells, lang, expected):
    padded = [*cells, *[None] * (10 - len(cells))]
    assert weight(*padded, "why", lang) == expected


@pytest.mark.parametrize(
    ("lang", "headers"),
    [
        (
            "en",
            [
                "pd",
                "lgd",
                "years",
                "correlation",
                "maturity_factor",
                "capital_requirement",
                "risk_weight",
                "expected_loss",
                "risk_weighted_assets",
                "assumptions",
            ],
        ),
        (
            "zh",
            [
                "违约概率",
                "违约损失率",
                "年数",
                "相关性",
                "期限调整",
                "资本要求",
                "风险权重",
                "预期损失",
                "风险加权资产",
                "假设",
            ],
        ),
    ],
)
def test_table(lang, headers):
    rows = udfs.call(
        "CR_IRBRW", 0.01, 0.45, 2.5, 50, "basel3", None, None, 1000, None, None, "table", lang
    )
    assert rows[0] == headers
    b = 0.137486131
    expected = [0.01, 0.45, 2.5, 0.192783679, 1 / (1 - 1.5 * b), 0.073853441, 0.923168014]
    assert rows[1][:7] == pytest.approx(expected, rel=1e-7)
    assert rows[1][7:] == [pytest.approx(0.0045), pytest.approx(923.168014), None]


def test_risk_weighted_assets_need_the_exposure():
    got = udfs.call(
        "CR_IRBRW", 0.01, 0.45, 2.5, None, None, None, None, column([200, None]), *[None] * 2, "rwa"
    )
    assert got[0] == [pytest.approx(184.6336028)]
    assert got[1] == [CellError("#N/A")]
    assert got[1][0].reason == "ead is missing: rwa is risk weight × ead."


def test_rows_that_cannot_be_computed_stay_alone():
    got = udfs.call(
        "CR_IRBRW",
        column([0.01, None, "x", 1.2, 0.01, 0.01, 0.01]),
        0.45,
        None,
        None,
        None,
        column(["corporate"] * 5 + ["pets", ""]),
    )
    good = weight(0.01, 0.45)
    faults = [CellError("#VALUE!"), CellError("#NUM!"), good, CellError("#VALUE!"), good]
    assert got == column([good, None, *faults])
    assert "mortgage" in got[5][0].reason


def test_retail_without_lgd_says_what_it_needs():
    cell = weight(0.01, None, None, None, None, "mortgage")
    assert cell == CellError("#N/A")
    assert "own estimate" in cell.reason
    why = udfs.call("CR_IRBRW", 0.01, *[None] * 4, "mortgage", *[None] * 4, "why", "zh")
    assert why == [["缺少 lgd：该敞口类别没有监管给定的违约损失率，请填写本行估计值。"]]


@pytest.mark.parametrize("scheme", ["Basel III", "巴塞尔协议 III", "BASEL3"])
def test_scheme_by_code_or_name(scheme):
    assert weight(0.01, 0.45, 2.5, None, scheme) == weight(0.01, 0.45, 2.5)


def test_unknown_scheme_is_refused_with_those_there_are():
    cell = weight(0.01, 0.45, 2.5, None, "basel9")
    assert cell.reason == "scheme must be one of basel3, basel2, crr, china; got 'basel9'."


def test_an_edited_rule_takes_effect():
    rules = edited("irb_schemes", "scaling", 1.06, scheme="basel2")
    got = weight(0.01, 0.45, 2.5, None, "basel2", None, None, None, rules)
    assert got == pytest.approx(1.06 * weight(0.01, 0.45, 2.5, None, "basel2"))


@pytest.mark.parametrize(
    ("column_name", "value", "words"),
    [
        ("pd_floor", 0, "rules, column pd_floor, corporate must be from 1e-05 to 1"),
        ("correlation_high", 1.5, "rules, column correlation_high"),
        ("sales_upper", 4, "above sales_lower, 5"),
        ("default_claim", "lease", "a list that holds lease"),
    ],
)
def test_rules_without_meaning_are_refused(column_name, value, words):
    rules = edited("irb_schemes", column_name, value, scheme="basel3", exposure_class="corporate")
    assert words in weight(0.01, 0.45, 2.5, None, None, None, None, None, rules).reason


chances = st.floats(0, 1)


@given(st.lists(st.tuples(chances, st.floats(0, 1), st.floats(0.1, 10)), min_size=2, max_size=8))
@settings(deadline=None, max_examples=40)
def test_one_row_is_as_in_a_batch_in_any_order(rows):
    batch = udfs.call("CR_IRBRW", *(column(part) for part in zip(*rows, strict=True)))
    assert batch == [[weight(*row)] for row in rows]
    turned = udfs.call("CR_IRBRW", *(column(part) for part in zip(*reversed(rows), strict=True)))
    assert turned == batch[::-1]


@given(st.floats(0.0003, 0.9), st.floats(1, 5), st.sampled_from(["basel3", "china", "crr"]))
@settings(deadline=None, max_examples=60)
def test_weight_is_proportional_to_lgd_and_rises_with_years(pd, years, scheme):
    unit = weight(pd, 1, years, None, scheme)
    assert weight(pd, 0.3, years, None, scheme) == pytest.approx(0.3 * unit)
    assert weight(pd, 1, min(years + 0.5, 5), None, scheme) >= unit


def test_weight_rises_with_pd_up_to_a_quarter():
    pds = np.linspace(0.0005, 0.25, 200)
    weights = np.array(udfs.call("CR_IRBRW", column(pds.tolist()), 0.45, 2.5))
    assert (np.diff(weights[:, 0]) > 0).all()


@given(st.floats(0.0005, 0.3), st.floats(1, 60), st.floats(1, 60))
@settings(deadline=None, max_examples=60)
def test_smaller_firms_need_no_more_capital(pd, one, other):
    small, large = sorted([one, other])
    assert weight(pd, 0.45, 2.5, small) <= weight(pd, 0.45, 2.5, large) + 1e-12


def test_the_chinese_rules_with_sales_in_ten_thousand_yuan_are_the_default():
    assert udfs.call("CR_IRBRW", 0.01, 0.45, 2.5, 16500) == [
        [weight(0.01, 0.45, 2.5, 16500, "china")]
    ]
