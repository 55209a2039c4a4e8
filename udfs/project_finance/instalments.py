"""Instalments, interest and balances of a column of loans."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.catalogue import udf
from udfs.cells import faulty
from udfs.kinds import Choice, FloatArray, Language, TextArray
from udfs.project_finance.periods import Frequency
from udfs.project_finance.repayment import (
    METHOD_NAMES,
    METHOD_ZH,
    Amounts,
    Counts,
    LoanRates,
    Loans,
    Methods,
    Money,
    Months,
    loans_of,
)

_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "interest": ("利息", "total interest"),
        "last": ("末期",),
    }
)


@udf(
    "CR_INSTALMENT",
    family="project_finance",
    zh="""一列贷款的每期还款额与利息合计：等额本息、等额本金、到期还本等。

    每期利率 = 年利率 × 该期月数 ÷ 12；结果不取整。逐期明细见 CR_SCHEDULE。

    参数：
        amount: 贷款金额，单元格或区域。
        rate: 年利率，小数。
        months: 期限，月数；须为还款间隔的整数倍。
        method: 还款方式："annuity" 等额本息（默认）；"equal principal" 等额本金；"bullet" 按期付息到期还本；"single payment" 利随本清；"flat" 等本等息。可逐行给出。
        frequency: 还款间隔："monthly" 月（默认）；"quarterly" 季；"half-yearly" 半年；"yearly" 年。
        grace: 期初只付息不还本的期数；默认 0。
        residual: 末期一并归还的尾款；默认 0。
        out: "value" 宽限期后的首期还款额；"last" 末期还款额；"interest" 利息合计；"why" 一句话说明；"table" 全部。
        lang: 说明与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的金额，单位同 amount。
    错误：
        金额不大于 0、利率为负、期限不是间隔的整数倍、宽限期不短于期限，为 #NUM!；还款方式无法识别为 #VALUE!。
    来源：
        等额本息与等额本金的通行公式；等额本息同 Excel 的 PMT。
    """,
)
def instalment(
    amount: Amounts,
    rate: LoanRates,
    months: Months,
    method: Methods | str = "annuity",
    frequency: Frequency = "monthly",
    grace: Counts | float = 0.0,
    residual: Money | float = 0.0,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Instalment and total interest of a column of loans: annuity, equal principal, bullet, flat.

    The rate of a period is the yearly rate times its months / 12; nothing is rounded. Period by
    period: CR_SCHEDULE.

    Args:
        amount: Loan amount, one cell or a range.
        rate: Rate per year, decimal.
        months: Term in months, a multiple of the months between payments.
        method: Repayment: "annuity" (default), "equal principal", "bullet" interest only and
            principal at the end, "single payment" all at the end, "flat" interest on the amount
            lent; one or one per row.
        frequency: Payments: "monthly" (default), "quarterly", "half-yearly" or "yearly".
        grace: Payments of interest only at the beginning; default 0.
        residual: Balloon paid with the last payment; default 0.
        out: "value" the first payment after the grace; "last" payment; "interest" in total; "why"
            a sentence; "table" all of them.
        lang: Language of sentence and headers, "en" or "zh".

    Returns:
        Amounts in the common shape and the unit of amount.

    Errors:
        #NUM! where amount is not above 0, rate is negative, months do not fit the frequency, or
        grace is not shorter than the loan; #VALUE! where the method is not known.

    Example:
        =CR_INSTALMENT(1000000,3.5%,360) -> 4490.4468781
        =CR_INSTALMENT({500;500},4.2%,{36;24},{"equal principal";"bullet"}) -> {15.6388889;1.75}
        =CR_INSTALMENT(1000000,3.5%,360,"等额本金",,,,"interest") -> 526458.333333

    Source:
        Annuity as Excel's PMT; the other methods as usual.
    """
    loans, faults = loans_of(amount, rate, months, method, frequency, grace, residual)
    if out == "table":
        columns = (loans.first_payment(), loans.last_payment(), loans.total_interest(), loans.total_interest() + loans.amount)  # fmt: skip
        shown = (faulty(column, faults.items()) for column in columns)
        return pd.DataFrame(dict(zip(_HEADERS[lang], shown, strict=True)))
    if out == "why":
        return faulty(_sentences(loans, lang), faults.items())
    figures = {
        "value": loans.first_payment,
        "last": loans.last_payment,
        "interest": loans.total_interest,
    }
    values = figures[out]()
    return faulty(values, faults.items()) if faults else values


_HEADERS: Final = {
    "en": ("payment", "last payment", "total interest", "total paid"),
    "zh": ("每期还款额", "末期还款额", "利息合计", "还款合计"),
}


def _sentences(loans: Loans, lang: str) -> TextArray:
    figures = (loans.count, loans.grace, loans.first_payment(), loans.last_payment(), loans.total_interest())  # fmt: skip
    columns = (column.tolist() for column in figures)
    one, names = (_sentence_zh, METHOD_ZH) if lang == "zh" else (_sentence_en, METHOD_NAMES)
    rows = zip(map(names.__getitem__, loans.method), *columns, strict=True)
    return np.array([one(*row) for row in rows], dtype=object)


def _sentence_en(
    method: str, count: float, grace: float, first: float, last: float, interest: float
) -> str:
    text = f"{method}, {count:g} payment{'' if count == 1 else 's'}"
    text += f" of which {grace:g} of interest only" if grace else ""
    text += f": {first:,.2f}" + (f" first, {last:,.2f} last" if round(first - last, 2) else " each")
    return f"{text}, {interest:,.2f} of interest in total."


def _sentence_zh(
    method: str, count: float, grace: float, first: float, last: float, interest: float
) -> str:
    text = f"{method}，共 {count:g} 期"
    text += f"，其中前 {grace:g} 期只付息" if grace else ""
    text += (
        f"：首期 {first:,.2f}，末期 {last:,.2f}"
        if round(first - last, 2)
        else f"：每期 {first:,.2f}"
    )
    return f"{text}，利息合计 {interest:,.2f}。"


@udf(
    "CR_BALANCE",
    family="project_finance",
    zh="""一列贷款在还款若干期之后的剩余本金。

    参数：
        amount: 贷款金额，单元格或区域。
        rate: 年利率，小数。
        months: 期限，月数；须为还款间隔的整数倍。
        paid: 已还期数，含宽限期；不小于总期数时余额为 0。
        method: 还款方式："annuity" 等额本息（默认）；"equal principal" 等额本金；"bullet" 按期付息到期还本；"single payment" 利随本清；"flat" 等本等息。可逐行给出。
        frequency: 还款间隔："monthly" 月（默认）；"quarterly" 季；"half-yearly" 半年；"yearly" 年。
        grace: 期初只付息不还本的期数；默认 0。
        residual: 末期一并归还的尾款；默认 0。
    结果：
        与各参数同形的剩余本金，单位同 amount。
    错误：
        同 CR_INSTALMENT；已还期数为负或不是整数为 #NUM!。
    来源：
        等额本息与等额本金的通行公式。
    """,
)
def balance_after(
    amount: Amounts,
    rate: LoanRates,
    months: Months,
    paid: Counts,
    method: Methods | str = "annuity",
    frequency: Frequency = "monthly",
    grace: Counts | float = 0.0,
    residual: Money | float = 0.0,
) -> FloatArray | TextArray:
    """Principal outstanding of a column of loans after a number of payments.

    Args:
        amount: Loan amount, one cell or a range.
        rate: Rate per year, decimal.
        months: Term in months, a multiple of the months between payments.
        paid: Payments made, those of the grace included; from the last one on the balance is 0.
        method: Repayment: "annuity" (default), "equal principal", "bullet" interest only and
            principal at the end, "single payment" all at the end, "flat" interest on the amount
            lent; one or one per row.
        frequency: Payments: "monthly" (default), "quarterly", "half-yearly" or "yearly".
        grace: Payments of interest only at the beginning; default 0.
        residual: Balloon paid with the last payment; default 0.

    Returns:
        Principal outstanding in the common shape and the unit of amount.

    Errors:
        As CR_INSTALMENT; #NUM! where paid is negative or no whole number.

    Example:
        =CR_BALANCE(1000000,3.5%,360,{0;60;360}) -> {1000000;896970.727;0}
        =CR_BALANCE(120,4%,12,3,"equal principal") -> 90

    Source:
        Annuity and equal principal as usual.
    """
    loans, faults = loans_of(amount, rate, months, method, frequency, grace, residual)
    values = loans.balance(paid)
    return faulty(values, faults.items()) if faults else values
