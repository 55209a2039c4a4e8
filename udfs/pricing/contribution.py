"""What a customer brings the bank in a year, after risk, tax and the return on capital."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults, faulty
from udfs.chinese import joined
from udfs.errors import CellError
from udfs.kinds import (
    NOT_NEGATIVE,
    PROBABILITY,
    FloatArray,
    Language,
    Numbers,
    Output,
    TextArray,
)
from udfs.pricing.parameters import PricingPolicy, or_policy, parameters
from udfs.records import record

Money = Annotated[FloatArray, Numbers(blanks=True)]
Balance = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE, blanks=True)]
Rate = Annotated[FloatArray, Numbers(blanks=True)]
Share = Annotated[FloatArray, Numbers(bounds=PROBABILITY, blanks=True)]
Weight = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE, blanks=True)]


@udf(
    "CR_CONTRIB",
    family="pricing",
    zh="""客户综合贡献：存贷利差收入加手续费，减成本、预期损失、所得税与资本成本（经济增加值）。

    贷款利差 =（贷款利率 − 资金成本）× 贷款日均余额；存款利差 =（存款 FTP − 存款利率）× 存款日均余额；
    资本成本 = 贷款 × 风险权重 × 资本充足率 × 目标回报率。按 CR_RATE 定价的单笔贷款贡献恰为 0。

    参数：
        loan_balance: 贷款日均余额，任一货币单位；空白为没有贷款。
        loan_rate: 贷款年利率，小数；有贷款时必填。
        funding_rate: 贷款的资金成本（FTP），小数；有贷款时必填。
        pd: 一年期违约概率，小数；有贷款时必填。
        lgd: 违约损失率，小数；有贷款时必填。
        deposit_balance: 存款日均余额，同一货币单位；空白为没有存款。
        deposit_rate: 存款付息率，小数；有存款时必填。
        deposit_ftp: 存款的内部转移价格，小数；省略或空白取 funding_rate。
        fees: 年手续费及中间业务收入，同一货币单位；空白为 0。
        costs: 年运营与服务成本，同一货币单位，正数；空白为 0。
        risk_weight: 贷款的风险权重，小数；省略或空白取自 policy。
        policy: 定价参数表：资本充足率、目标回报率、所得税率；默认为内置表 pricing_policy。
        out: "value" 综合贡献；"why" 一句话说明；"table" 各项构成，合计等于贡献。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        每个客户一个数，货币单位同余额；余额、手续费与成本全部空白的行为空白。
    错误：
        有贷款而缺利率、资金成本、违约概率或违约损失率，或有存款而缺利率，为 #N/A；余额为负为 #NUM!。
    来源：
        客户综合贡献（EVA）：银行管理会计通行做法；参数见 CR_POLICY("pricing_policy","source","zh")。
    """,
)
def contribution(
    loan_balance: Balance,
    loan_rate: Rate,
    funding_rate: Rate,
    pd: Share,
    lgd: Share,
    deposit_balance: Balance | None = None,
    deposit_rate: Rate | None = None,
    deposit_ftp: Rate | None = None,
    fees: Money | None = None,
    costs: Money | None = None,
    risk_weight: Weight | None = None,
    policy: PricingPolicy | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Customer contribution: margins and fees less costs, expected loss, tax and capital charge.

    Loan margin = (loan rate − funding) × loans; deposit margin = (deposit FTP − deposit rate) ×
    deposits; capital charge = loans × risk weight × capital ratio × hurdle. A loan priced by
    CR_RATE contributes exactly nothing: what is left is value added.

    Args:
        loan_balance: Average loan balance, in any unit of money; blank if there is no loan.
        loan_rate: Loan rate per year, decimal; needed with a loan.
        funding_rate: Cost of funds (FTP) of the loan, decimal; needed with a loan.
        pd: Probability of default in one year, decimal; needed with a loan.
        lgd: Loss given default, decimal; needed with a loan.
        deposit_balance: Average deposits, same unit; blank if there are none.
        deposit_rate: Rate paid on deposits, decimal; needed with deposits.
        deposit_ftp: Transfer price credited for deposits, decimal; left out or blank: funding_rate.
        fees: Fees and commissions of the year, same unit; blank is 0.
        costs: Operating and service costs of the year, same unit, positive; blank is 0.
        risk_weight: Risk weight of the loans, decimal; left out or blank: the policy's.
        policy: Pricing parameters: capital ratio, hurdle, tax; default the built-in
            pricing_policy.
        out: "value" the contribution; "why" a sentence; "table" the parts, whose sum it is.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        One number per customer in the unit of the balances; blank where balances, fees and costs
        are all blank.

    Errors:
        #N/A where there is a loan without rate, funding, PD or LGD, or deposits without a rate;
        #NUM! where a balance is negative.

    Example:
        =CR_CONTRIB(1000,5.34%,2.4%,2%,40%,,,,,6) -> 0
        =CR_CONTRIB({1000;""},{5.34%;""},2.4%,{2%;""},{40%;""},{500;800},{0.35%;0.35%},1.9%,{3;1},{6;0.5}) -> {8.0625;9.675}

    Source:
        Customer contribution (EVA), management accounting practice of banks; figures:
        CR_POLICY("pricing_policy","source").
    """
    count = len(loan_balance)
    empty = np.full(count, np.nan)
    given = {
        "loan_balance": loan_balance,
        "loan_rate": loan_rate,
        "funding_rate": funding_rate,
        "pd": pd,
        "lgd": lgd,
        "deposit_balance": empty if deposit_balance is None else deposit_balance,
        "deposit_rate": empty if deposit_rate is None else deposit_rate,
        "deposit_ftp": empty if deposit_ftp is None else deposit_ftp,
        "fees": empty if fees is None else fees,
        "costs": empty if costs is None else costs,
    }
    given["deposit_ftp"] = np.where(
        np.isnan(given["deposit_ftp"]), funding_rate, given["deposit_ftp"]
    )
    faults = _lacking(given)
    blank = np.all([np.isnan(given[name]) for name in _MONEY], axis=0)
    figures = parameters(policy)
    weight = or_policy(risk_weight, count, figures["risk_weight"])
    parts = _parts(given, weight * figures["capital_ratio"] * figures["hurdle"], figures["tax"])
    if out == "table":
        columns = [_shown(part, blank, faults) for part in (*parts.columns(), parts.total())]
        return _frame(columns, lang)
    values = parts.total() if out == "value" else parts.reasons(lang)
    return _shown(values, blank, faults)


_MONEY: Final = ("loan_balance", "deposit_balance", "fees", "costs")
_NEEDED: Final = {
    "loan_balance": ("loan_rate", "funding_rate", "pd", "lgd"),
    "deposit_balance": ("deposit_rate", "deposit_ftp"),
}
"""What a balance cannot do without."""


def _lacking(given: dict[str, FloatArray]) -> Faults:
    faults: Faults = {}
    for balance, needed in _NEEDED.items():
        there = given[balance] > 0
        for name in needed:
            error = CellError(
                errors.NA,
                f"{name} is missing, and there is a {balance}.",
                joined("有", balance, "而缺少", name, "。"),
            )
            for row in np.flatnonzero(there & np.isnan(given[name])).tolist():
                faults.setdefault(row, error)
    return faults


def _shown(
    values: FloatArray | TextArray, blank: BoolArray, faults: Faults
) -> FloatArray | TextArray:
    if not faults and not blank.any():
        return values
    shown = faulty(values, faults.items())
    if blank.any():
        shown[blank] = None
    return shown


@record
class _Parts:
    """The parts of the contribution, costs as negative numbers."""

    loan_margin: FloatArray
    deposit_margin: FloatArray
    fees: FloatArray
    costs: FloatArray
    expected_loss: FloatArray
    tax: FloatArray
    capital_charge: FloatArray

    def columns(self) -> tuple[FloatArray, ...]:
        return (
            self.loan_margin, self.deposit_margin, self.fees, self.costs, self.expected_loss,
            self.tax, self.capital_charge,
        )  # fmt: skip

    def total(self) -> FloatArray:
        """The sum from left to right, as a sheet adds it up."""
        total = self.loan_margin
        for part in self.columns()[1:]:
            total = total + part
        return total

    def reasons(self, lang: str) -> TextArray:
        columns = [part.tolist() for part in (self.total(), *self.columns())]
        template = _REASON[lang]
        texts = [template.format(*row) for row in zip(*columns, strict=True)]
        return np.array(texts, dtype=object)


_REASON: Final = {
    "en": "Contribution {:,.6g} = loan margin {:,.6g} + deposit margin {:,.6g} + fees {:,.6g} + costs {:,.6g} + expected loss {:,.6g} + tax {:,.6g} + capital charge {:,.6g}.",
    "zh": "综合贡献 {:,.6g} = 贷款利差 {:,.6g} + 存款利差 {:,.6g} + 手续费 {:,.6g} + 成本 {:,.6g} + 预期损失 {:,.6g} + 所得税 {:,.6g} + 资本成本 {:,.6g}。",
}


def _parts(given: dict[str, FloatArray], charge: FloatArray, tax: float) -> _Parts:
    """The parts of each row; what a customer does not have counts as 0."""
    # What a balance needs is never 0 for want of a figure: such rows are errors already.
    known = {name: np.nan_to_num(values) for name, values in given.items()}
    loans, deposits = known["loan_balance"], known["deposit_balance"]
    loan_margin = (known["loan_rate"] - known["funding_rate"]) * loans
    deposit_margin = (known["deposit_ftp"] - known["deposit_rate"]) * deposits
    # From 0, since the negative of 0 is a cell that shows -0.
    loss = 0.0 - known["pd"] * known["lgd"] * loans
    before = loan_margin + deposit_margin + known["fees"] - known["costs"] + loss
    return _Parts(
        loan_margin, deposit_margin, known["fees"], 0.0 - known["costs"], loss, 0.0 - tax * before, 0.0 - charge * loans
    )  # fmt: skip


_HEADERS: Final = {
    "en": ("loan margin", "deposit margin", "fees", "costs", "expected loss", "tax", "capital charge", "contribution"),
    "zh": ("贷款利差", "存款利差", "手续费", "成本", "预期损失", "所得税", "资本成本", "贡献"),
}  # fmt: skip


def _frame(columns: list[FloatArray | TextArray], lang: str) -> pd.DataFrame:
    return pd.DataFrame(dict(zip(_HEADERS[lang], columns, strict=True)))
