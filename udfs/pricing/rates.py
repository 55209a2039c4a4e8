"""The rate that a loan must bear for the return on capital that a bank wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.catalogue import udf
from udfs.kinds import FloatArray, Language, Output, TextArray
from udfs.pricing.loan_costs import (
    FUNDING,
    VAT,
    Loan,
    Rate,
    Share,
    Tax,
    Weight,
    added,
    loan_costs,
    vat_share,
)
from udfs.pricing.parameters import PricingPolicy, or_policy, parameters
from udfs.records import record


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
    loan = loan_costs(figures, (funding_rate, operating_cost, pd, lgd), (risk_weight, capital_ratio, tax), funding)  # fmt: skip
    wanted = or_policy(hurdle, len(loan.expected_loss), figures["hurdle"])
    price = _Price(loan, wanted, np.asarray(fee, dtype=np.float64), vat_share(figures, vat))
    if out == "value":
        return price.rate()
    return price.table(lang) if out == "table" else price.reasons(lang)


@record
class _Price:
    """A rate and what it is made of."""

    loan: Loan
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
