"""The rate that a loan must bear, and the return on capital that a rate brings (RAROC)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.errors import CellError
from udfs.kinds import (
    ANY_NUMBER,
    NOT_NEGATIVE,
    PROBABILITY,
    Bounds,
    Choice,
    FloatArray,
    Language,
    Numbers,
    Output,
    TextArray,
)
from udfs.pricing.parameters import PricingPolicy, or_policy, parameters

BELOW_ONE: Final = Bounds(lower=0, upper=1, upper_open=True)
"""A tax rate: something is divided by one less it."""

FUNDING: Final = Choice(
    {
        "loan": ("whole loan", "全额"),
        "debt": ("debt part", "扣除资本"),
        "invested": ("capital invested", "资本投资"),
    }
)
VAT: Final = Choice({"excluded": ("net", "不含税"), "included": ("gross", "含税")})

Share = Annotated[FloatArray, Numbers(bounds=PROBABILITY)]
Rate = Annotated[FloatArray, Numbers(bounds=ANY_NUMBER)]
Weight = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]
Tax = Annotated[FloatArray, Numbers(bounds=BELOW_ONE)]


@udf(
    "CR_RATE",
    family="pricing",
    zh="""按风险定价：贷款利率应覆盖资金成本、运营成本、预期损失与资本回报。

    利率 = 资金成本 + 运营成本 + 违约概率 × 违约损失率 + 资本 × 目标回报率 ÷（1 − 所得税率）− 手续费率；
    资本 = 风险权重 × 资本充足率。

    参数：
        funding_rate: 资金成本（FTP），年利率，小数。
        operating_cost: 运营成本，占贷款的年比例，小数。
        pd: 一年期违约概率，小数。
        lgd: 违约损失率，小数。
        risk_weight: 风险权重，小数（1 为 100%）；省略或空白取自 policy。
        capital_ratio: 资本充足率要求，小数；省略或空白取自 policy。
        hurdle: 税后目标资本回报率，小数；省略或空白取自 policy。
        tax: 企业所得税率，小数；省略或空白取自 policy。
        fee: 每年手续费收入占贷款的比例，小数；默认 0。
        funding: 资金成本的口径："loan" 按贷款全额（默认）；"debt" 仅按非资本部分；
            "invested" 按全额，资本另按 policy 的收益率投资。
        vat: "excluded" 利率不含增值税（默认）；"included" 利率含增值税及附加。
        policy: 定价参数表；默认为内置表 pricing_policy。
        out: "value" 利率；"why" 各项构成一句话；"table" 构成表，各列之和等于利率。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的年利率，小数。
    错误：
        违约概率、违约损失率不在 0 至 1 之间，或所得税率达到 1，为 #NUM!；缺少必需项为 #N/A。
    来源：
        成本加成与 RAROC 定价法；参数见 CR_POLICY("pricing_policy","source","zh")，税率请核对法规原文。
    """,
)
def risk_based_rate(
    funding_rate: Rate,
    operating_cost: Rate,
    pd: Share,
    lgd: Share,
    risk_weight: Weight | None = None,
    capital_ratio: Weight | None = None,
    hurdle: Rate | None = None,
    tax: Tax | None = None,
    fee: Rate | float = 0.0,
    funding: Annotated[str, FUNDING] = "loan",
    vat: Annotated[str, VAT] = "excluded",
    policy: PricingPolicy | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Risk-based loan rate: funding, operating cost, expected loss and the return on capital.

    Rate = funding + operating cost + PD × LGD + K × hurdle / (1 − tax) − fee, where the capital
    K = risk weight × capital ratio. CR_RAROC of this rate gives the hurdle back.

    Args:
        funding_rate: Cost of funds (FTP) per year, decimal.
        operating_cost: Operating cost per year as a share of the loan, decimal.
        pd: Probability of default in one year, decimal.
        lgd: Loss given default, decimal.
        risk_weight: Risk weight, decimal (1 is 100 %); left out or blank: the policy's.
        capital_ratio: Capital per risk-weighted assets, decimal; left out or blank: the policy's.
        hurdle: Return wanted on capital after tax, decimal; left out or blank: the policy's.
        tax: Income tax rate, decimal; left out or blank: the policy's.
        fee: Fees earned per year as a share of the loan, decimal; default 0.
        funding: Funding is charged on: "loan" the whole loan (default); "debt" the part that
            capital does not fund; "invested" the whole loan, with capital earning the policy's
            yield.
        vat: "excluded" the rate is net of VAT (default); "included" it bears VAT and surcharges.
        policy: Pricing parameters; default the built-in pricing_policy.
        out: "value" the rate; "why" the build-up in a sentence; "table" the parts, whose sum is
            the rate.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Rate per year, decimal, in the common shape.

    Errors:
        #NUM! where pd or lgd is not between 0 and 1 or tax reaches 1; #N/A where a needed figure
        is missing.

    Example:
        =CR_RATE(2.4%,0.6%,2%,40%,1,10.5%,11%,25%) -> 0.0534
        =CR_RATE(2.4%,0.6%,{0.5%;2%;8%},{45%;40%;40%}) -> {0.04765;0.0534;0.0774}
        =CR_RATE(2.4%,0.6%,2%,40%,1,10.5%,11%,25%,0,,,,"why") -> "5.3400% = funding 2.4000% + operating cost 0.6000% + expected loss 0.8000% (PD 2.00% × LGD 40.0%) + capital charge 1.5400% (capital 10.50% × 11.00% / (1 − tax 25.0%))."

    Source:
        Cost-plus and RAROC pricing; figures: CR_POLICY("pricing_policy","source"); check tax rates
        against the regulation.
    """
    figures = parameters(policy)
    loan = _loan(figures, (funding_rate, operating_cost, pd, lgd), (risk_weight, capital_ratio, tax), funding)  # fmt: skip
    wanted = or_policy(hurdle, len(loan.expected_loss), figures["hurdle"])
    price = _Price(loan, wanted, np.asarray(fee, dtype=np.float64), vat_share(figures, vat))
    if out == "value":
        return price.rate()
    return price.table(lang) if out == "table" else price.reasons(lang)


@udf(
    "CR_RAROC",
    family="pricing",
    zh="""贷款的风险调整后资本回报率（RAROC）：扣除资金、运营、预期损失与所得税后的收益除以资本。

    为 CR_RATE 的逆运算；参数含义相同。

    参数：
        rate: 贷款年利率，小数。
        funding_rate: 资金成本（FTP），年利率，小数。
        operating_cost: 运营成本，占贷款的年比例，小数。
        pd: 一年期违约概率，小数。
        lgd: 违约损失率，小数。
        risk_weight: 风险权重，小数（1 为 100%）；省略或空白取自 policy。
        capital_ratio: 资本充足率要求，小数；省略或空白取自 policy。
        tax: 企业所得税率，小数；省略或空白取自 policy。
        fee: 每年手续费收入占贷款的比例，小数；默认 0。
        funding: 资金成本的口径："loan" 按贷款全额（默认）；"debt" 仅按非资本部分；
            "invested" 按全额，资本另按 policy 的收益率投资。
        vat: "excluded" 利率不含增值税（默认）；"included" 利率含增值税及附加。
        policy: 定价参数表，目标回报率取自此表；默认为内置表 pricing_policy。
        out: "value" 资本回报率；"why" 与目标回报率的比较；"table" 收益的各项构成。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的税后资本回报率，小数。
    错误：
        资本为 0（风险权重或资本充足率为 0）时为 #DIV/0!；其余同 CR_RATE。
    来源：
        RAROC 定价法；参数见 CR_POLICY("pricing_policy","source","zh")，税率请核对法规原文。
    """,
)
def raroc(
    rate: Rate,
    funding_rate: Rate,
    operating_cost: Rate,
    pd: Share,
    lgd: Share,
    risk_weight: Weight | None = None,
    capital_ratio: Weight | None = None,
    tax: Tax | None = None,
    fee: Rate | float = 0.0,
    funding: Annotated[str, FUNDING] = "loan",
    vat: Annotated[str, VAT] = "excluded",
    policy: PricingPolicy | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Return on capital of a loan (RAROC): income after funding, cost, expected loss and tax.

    The inverse of CR_RATE, with the same arguments: RAROC = (rate + fee − funding − operating cost
    − PD × LGD) × (1 − tax) / capital, where capital = risk weight × capital ratio.

    Args:
        rate: Loan rate per year, decimal.
        funding_rate: Cost of funds (FTP) per year, decimal.
        operating_cost: Operating cost per year as a share of the loan, decimal.
        pd: Probability of default in one year, decimal.
        lgd: Loss given default, decimal.
        risk_weight: Risk weight, decimal (1 is 100 %); left out or blank: the policy's.
        capital_ratio: Capital per risk-weighted assets, decimal; left out or blank: the policy's.
        tax: Income tax rate, decimal; left out or blank: the policy's.
        fee: Fees earned per year as a share of the loan, decimal; default 0.
        funding: Funding is charged on: "loan" the whole loan (default); "debt" the part that
            capital does not fund; "invested" the whole loan, with capital earning the policy's
            yield.
        vat: "excluded" the rate is net of VAT (default); "included" it bears VAT and surcharges.
        policy: Pricing parameters, among them the hurdle; default the built-in pricing_policy.
        out: "value" RAROC; "why" compares it with the hurdle; "table" the parts of the income.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Return on capital after tax, decimal, in the common shape.

    Errors:
        #DIV/0! where there is no capital (risk weight or capital ratio 0); otherwise as CR_RATE.

    Example:
        =CR_RAROC(5.34%,2.4%,0.6%,2%,40%,1,10.5%,25%) -> 0.11
        =CR_RAROC({4.5%;6%},2.4%,0.6%,2%,40%) -> {0.05;0.157142857}

    Source:
        RAROC pricing; figures: CR_POLICY("pricing_policy","source"); check tax rates against the
        regulation.
    """
    figures = parameters(policy)
    loan = _loan(figures, (funding_rate, operating_cost, pd, lgd), (risk_weight, capital_ratio, tax), funding)  # fmt: skip
    earned = _Return(loan, rate, np.asarray(fee, dtype=np.float64), vat_share(figures, vat))
    nothing = np.flatnonzero(loan.capital == 0).tolist()
    faults = dict.fromkeys(nothing, _NO_CAPITAL)
    if out == "value":
        values = earned.on_capital()
        return faulty(values, faults.items()) if faults else values
    if out == "table":
        return earned.table(faults, lang)
    return faulty(earned.reasons(figures["hurdle"], lang), faults.items())


_NO_CAPITAL: Final = CellError(
    errors.DIV0,
    "risk_weight and capital_ratio give a capital of 0, on which there is no return; price the "
    "loan by its margin instead.",
    "风险权重与资本充足率使资本为 0，无法计算资本回报率；请改按利差定价。",
)


@dataclass(frozen=True, slots=True)
class _Loan:
    """What a loan costs, each part as a share of the loan per year.

    Attributes:
        chance: probability of default.
        severity: loss given default.
        capital: capital held.
        tax: income tax rate.
        funding: cost of funds by the convention asked for.
        operating: operating cost.
        expected_loss: PD × LGD.
        benefit: what invested capital earns, as a negative cost.
    """

    chance: FloatArray
    severity: FloatArray
    capital: FloatArray
    tax: FloatArray
    funding: FloatArray
    operating: FloatArray
    expected_loss: FloatArray
    benefit: FloatArray


def _loan(
    figures: Mapping[str, float],
    costs: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
    optional: tuple[FloatArray | None, FloatArray | None, FloatArray | None],
    convention: str,
) -> _Loan:
    funding_rate, operating, chance, severity = costs
    usual = (figures["risk_weight"], figures["capital_ratio"], figures["tax"])
    count = len(chance)
    weight, ratio, tax = (or_policy(g, count, u) for g, u in zip(optional, usual, strict=True))
    capital = weight * ratio
    funding = funding_rate * (1 - capital) if convention == "debt" else funding_rate
    earns = figures["capital_yield"] if convention == "invested" else 0.0
    return _Loan(
        chance, severity, capital, tax, funding, operating, chance * severity, -capital * earns
    )


def vat_share(figures: Mapping[str, float], vat: str) -> float:
    """VAT and surcharges as a share of what the customer pays."""
    if vat == "excluded":
        return 0.0
    rate = figures["vat_rate"]
    return rate * (1 + figures["vat_surcharges"]) / (1 + rate)


@dataclass(frozen=True, slots=True)
class _Price:
    """A rate and what it is made of."""

    loan: _Loan
    hurdle: FloatArray
    fee: FloatArray
    vat_share: float

    def parts(self) -> tuple[FloatArray, ...]:
        loan = self.loan
        charge = loan.capital * self.hurdle / (1 - loan.tax)
        costs = (loan.funding, loan.operating, loan.expected_loss, charge, loan.benefit)
        net = added(costs)
        return (*costs, net / (1 - self.vat_share) - net, -self.fee + np.zeros_like(net))

    def rate(self) -> FloatArray:
        """The sum of the parts from left to right, as a sheet adds them up."""
        return added(self.parts())

    def table(self, lang: str) -> pd.DataFrame:
        columns = (*self.parts(), self.rate())
        return pd.DataFrame(dict(zip(_PRICE_HEADERS[lang], columns, strict=True)))

    def reasons(self, lang: str) -> TextArray:
        loan = self.loan
        figures = (loan.chance, loan.severity, loan.capital, self.hurdle, loan.tax)
        columns = [column.tolist() for column in (self.rate(), *self.parts(), *figures)]
        one: Callable[..., str] = _price_zh if lang == "zh" else _price_en
        return np.array([one(*row) for row in zip(*columns, strict=True)], dtype=object)


_PRICE_HEADERS: Final = {
    "en": ("funding", "operating cost", "expected loss", "capital charge", "capital benefit", "VAT", "fee", "rate"),
    "zh": ("资金成本", "运营成本", "预期损失", "资本成本", "资本收益", "增值税及附加", "手续费", "利率"),
}  # fmt: skip


def added(parts: tuple[FloatArray, ...]) -> FloatArray:
    """The sum of the parts from left to right."""
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _price_en(*row: float) -> str:
    rate, funding, operating, loss, charge, benefit, vat, fee, chance, lgd, capital, hurdle, tax = row  # fmt: skip
    text = (
        f"{rate:.4%} = funding {funding:.4%} + operating cost {operating:.4%} + expected loss "
        f"{loss:.4%} (PD {chance:.2%} × LGD {lgd:.1%}) + capital charge {charge:.4%} "
        f"(capital {capital:.2%} × {hurdle:.2%} / (1 − tax {tax:.1%}))"
    )
    text += f" − capital benefit {-benefit:.4%}" if benefit else ""
    text += f" + VAT {vat:.4%}" if vat else ""
    return text + (f" − fee {-fee:.4%}." if fee else ".")


def _price_zh(*row: float) -> str:
    rate, funding, operating, loss, charge, benefit, vat, fee, chance, lgd, capital, hurdle, tax = row  # fmt: skip
    text = (
        f"{rate:.4%} = 资金成本 {funding:.4%} + 运营成本 {operating:.4%} + 预期损失 {loss:.4%}"
        f"（违约概率 {chance:.2%} × 违约损失率 {lgd:.1%}）+ 资本成本 {charge:.4%}"
        f"（资本 {capital:.2%} × {hurdle:.2%} ÷（1 − 所得税率 {tax:.1%}））"
    )
    text += f" − 资本收益 {-benefit:.4%}" if benefit else ""
    text += f" + 增值税及附加 {vat:.4%}" if vat else ""
    return text + (f" − 手续费 {-fee:.4%}。" if fee else "。")


@dataclass(frozen=True, slots=True)
class _Return:
    """The income of a loan at a rate and its return on capital."""

    loan: _Loan
    rate: FloatArray
    fee: FloatArray
    vat_share: float

    def parts(self) -> tuple[FloatArray, ...]:
        """Income and costs (negative) before tax."""
        loan = self.loan
        fee = self.fee + np.zeros_like(self.rate)
        vat = -(self.rate + fee) * self.vat_share
        costs = (-loan.funding, -loan.operating, -loan.expected_loss, -loan.benefit)
        return (self.rate, fee, vat, *costs)

    def after_tax(self) -> FloatArray:
        return added(self.parts()) * (1 - self.loan.tax)

    def on_capital(self) -> FloatArray:
        safe = np.where(self.loan.capital == 0, np.nan, self.loan.capital)
        return self.after_tax() / safe

    def table(self, faults: Faults, lang: str) -> pd.DataFrame:
        parts = self.parts()
        after = self.after_tax()
        earned = faulty(self.on_capital(), faults.items())
        columns = (*parts, after - added(parts), after, self.loan.capital, earned)
        return pd.DataFrame(dict(zip(_RETURN_HEADERS[lang], columns, strict=True)))

    def reasons(self, hurdle: float, lang: str) -> TextArray:
        columns = (self.on_capital(), self.after_tax(), self.loan.capital, self.rate)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        one: Callable[..., str] = _return_zh if lang == "zh" else _return_en
        return np.array([one(*row, hurdle) for row in rows], dtype=object)


_RETURN_HEADERS: Final = {
    "en": ("rate", "fee", "VAT", "funding", "operating cost", "expected loss", "capital benefit", "tax", "income after tax", "capital", "RAROC"),
    "zh": ("利率", "手续费", "增值税及附加", "资金成本", "运营成本", "预期损失", "资本收益", "所得税", "税后收益", "资本", "RAROC"),
}  # fmt: skip


def _return_en(earned: float, income: float, capital: float, rate: float, hurdle: float) -> str:
    side = "reaches" if round(earned - hurdle, 12) >= 0 else "is below"
    return (
        f"At {rate:.4%} the loan earns {income:.4%} after tax on capital of {capital:.2%}: RAROC "
        f"{earned:.2%} {side} the hurdle of {hurdle:.2%}."
    )


def _return_zh(earned: float, income: float, capital: float, rate: float, hurdle: float) -> str:
    side = "达到" if round(earned - hurdle, 12) >= 0 else "低于"
    return (
        f"利率 {rate:.4%} 时，税后收益 {income:.4%}，资本 {capital:.2%}：RAROC {earned:.2%} {side}"
        f"目标回报率 {hurdle:.2%}。"
    )
