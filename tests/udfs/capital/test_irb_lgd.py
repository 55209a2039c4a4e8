import pytest

import udfs
from udfs.errors import CellError


def lgd(*cells):
    padded = [*cells, *[None] * (5 - len(cells))]
    padded[4] = padded[4] or "basel3"
    ((value,),) = udfs.call("CR_LGD", *padded)
    return value


@pytest.mark.parametrize(
    ("claim", "scheme", "expected"),
    [
        ("senior", "basel3", 0.40),
        ("金融机构高级无担保债权", "basel3", 0.45),
        ("subordinated", "basel3", 0.75),
        ("senior", "basel2", 0.45),
        ("SENIOR", "crr", 0.45),
        ("senior", "china", 0.40),
    ],
)
def test_unsecured_claims(claim, scheme, expected):
    assert lgd(claim, None, None, None, scheme) == expected


@pytest.mark.parametrize(
    ("claim", "value", "ead", "scheme", "expected"),
    [
        # CRE32.10-11: 1000 x (1 - 0.4) covers 600 of 1000 at 20 %, the rest at 40 %.
        ("real_estate", 1000, 1000, "basel3", 0.28),
        ("receivables", 500, 1000, "basel3", 0.3 * 0.2 + 0.7 * 0.4),
        ("physical", 2000, 1000, "basel3", 0.25),
        ("financial", 400, 1000, "basel3", 0.24),
        ("financial", 5000, 1000, "basel3", 0.0),
        ("real_estate", 0, 1000, "basel3", 0.4),
        # Basel II paragraph 295: 30 % least, 140 % for full recognition.
        ("real_estate", 299, 1000, "basel2", 0.45),
        ("real_estate", 700, 1000, "basel2", 0.5 * 0.35 + 0.5 * 0.45),
        ("real_estate", 1400, 1000, "basel2", 0.35),
        ("receivables", 1250, 1000, "crr", 0.35),
    ],
)
def test_secured_claims(claim, value, ead, scheme, expected):
    assert lgd(claim, value, ead, None, scheme) == pytest.approx(expected)


def test_the_uncovered_part_may_be_a_claim_on_a_bank():
    assert lgd("receivables", 500, 1000, "senior_financial") == pytest.approx(0.06 + 0.315)


def test_more_collateral_never_raises_the_loss():
    values = [[v] for v in range(0, 3000, 50)]
    got = [cell for (cell,) in udfs.call("CR_LGD", "physical", values, 1000)]
    assert got == sorted(got, reverse=True)


@pytest.mark.parametrize("missing", [(None, 1000), (1000, None)])
def test_collateral_without_amounts_is_not_taken_as_full_cover(missing):
    cell = lgd("real_estate", *missing)
    assert cell == CellError("#N/A")
    assert "is missing" in cell.reason


def test_faults_stay_in_their_rows():
    got = udfs.call("CR_LGD", [["senior"], ["villa"], [None], ["physical"]], 100, 100)
    assert got[0] == [0.4]
    assert got[1] == [CellError("#VALUE!")]
    assert "real_estate" in got[1][0].reason
    assert got[2] == [None]
    assert got[3] == [pytest.approx(0.6 * 0.25 + 0.4 * 0.4)]


@pytest.mark.parametrize("unsecured", ["real_estate", "foo"])
def test_the_unsecured_claim_must_be_one(unsecured):
    expected = "unsecured must be one of senior, senior_financial, subordinated"
    assert lgd("senior", None, None, unsecured).reason.startswith(expected)


@pytest.mark.parametrize(
    ("cells", "lang", "expected"),
    [
        (
            ("real_estate", 1000, 1000, None, "basel3"),
            "zh",
            "方案 basel3：居住用或商用房地产价值 1,000，覆盖敞口 1,000 中的 600（60.0%），该部分违约损失率 20%，其余 40%：违约损失率 28%。",
        ),
        (
            ("senior", None, None, None, "basel2"),
            "en",
            "Scheme basel2: senior unsecured claim, LGD 45%.",
        ),
        (
            ("physical", 100, 1000, None, "basel2"),
            "en",
            "Scheme basel2: 100 of other physical collateral is less than the least share of 1,000 that counts, so all is unsecured: LGD 45%.",
        ),
    ],
)
def test_why(cells, lang, expected):
    assert lgd(*cells, None, "why", lang) == expected


@pytest.mark.parametrize(
    ("lang", "headers"),
    [
        ("en", ["lgd", "claim", "lgd_secured", "lgd_unsecured", "secured_amount", "secured_share"]),
        (
            "zh",
            [
                "违约损失率",
                "债权",
                "覆盖部分违约损失率",
                "无担保违约损失率",
                "覆盖金额",
                "覆盖比例",
            ],
        ),
    ],
)
def test_table(lang, headers):
    rows = udfs.call(
        "CR_LGD", [["real_estate"], ["senior"]], 1000, 1000, *[None] * 3, "table", lang
    )
    assert rows[0] == headers
    assert rows[1][0] == pytest.approx(0.28)
    assert rows[1][2:] == [0.2, 0.4, 600, 0.6]
    assert rows[2][0] == 0.4
    assert rows[2][2:] == [None, 0.4, None, 0]
