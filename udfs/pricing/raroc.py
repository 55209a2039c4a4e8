"""The return on capital that a rate brings (RAROC)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.errors import CellError
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
from udfs.pricing.parameters import PricingPolicy, parameters
from udfs.records import record


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
    loan = loan_costs(figures, (funding_rate, operating_cost, pd, lgd), (risk_weight, capital_ratio, tax), funding)  # fmt: skip
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


@record
class _Return:
    """The income of a loan at a rate and its return on capital."""

    loan: Loan
    rate: FloatArray
    fee: FloatArray
    vat_share: float

    def parts(self) -> tuple[FloatArray, ...]:
        """Income and costs (negative) before tax."""
        loan = self.loan
        fee = self.fee + np.zeros_like(self.rate)
        vat = 0.0 - (self.rate + fee) * self.vat_share
        costs = (loan.funding, loan.operating, loan.expected_loss, loan.benefit)
        # From 0, since the negative of 0 is a cell that shows -0.
        return (self.rate, fee, vat, *(0.0 - cost for cost in costs))

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
