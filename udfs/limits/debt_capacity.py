"""The single methods of the credit limit, each as a function of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.catalogue import udf
from udfs.cells import faulty
from udfs.grading.grade_order import grade_order
from udfs.kinds import (
    NOT_NEGATIVE,
    POSITIVE,
    Bounds,
    FloatArray,
    Language,
    Number,
    Numbers,
    Output,
    TextArray,
    Texts,
)
from udfs.labels import NOWHERE, unknown_rows
from udfs.limits.amounts import or_unknown, parts_table, shown
from udfs.limits.methods import (
    LimitMethods,
    LimitMultiples,
    annuity_factor,
    debt_capacity,
    leverage_cap,
    multiples_of,
    parameter,
)
from udfs.tables import builtin

Amounts = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]
Result = FloatArray | TextArray | pd.DataFrame
BELOW_ONE: Final = Bounds(lower=0, upper=1, upper_open=True)

_ENDS: Final = {
    "en": ("{}.", "{}; not above 0, so no room for new credit."),
    "zh": ("{}。", "{}；不大于 0，没有新增授信空间。"),
}


def _rooms(cap: FloatArray) -> FloatArray:
    rooms: FloatArray = np.maximum(cap, 0)
    return rooms


def _reasons(sentences: Iterable[str], cap: FloatArray, lang: str) -> TextArray:
    """The sentences with their ends: where nothing is left, that there is no room."""
    enough, nothing = _ENDS[lang]
    reasons = np.empty(len(cap), dtype=object)
    reasons[:] = [
        (enough if amount > 0 else nothing).format(sentence)
        for sentence, amount in zip(sentences, cap, strict=True)
    ]
    return reasons


@udf(
    "CR_LEVERAGECAP",
    family="limits",
    zh="""按资产负债率上限测算新增债务空间：（上限 × 资产 - 负债）÷（1 - 上限），最低为 0。

    新增债务同时增加资产与负债，故须除以 1 - 上限。

    参数：
        assets: 资产总计，万元。
        liabilities: 负债合计，万元。
        max_ratio: 最高资产负债率，小数；省略则取政策表中的参数（70%）。
        methods: 政策表；默认为内置表 limit_methods。
        out: "value" 新增债务；"why" 理由；"table" 明细。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的金额，万元。
    错误：
        缺资产或负债为 #N/A；为负为 #NUM!。
    来源：
        由资产负债率定义推得；上限为 creditcells 默认，见 CR_POLICY("limit_methods")。
    """,
)
def leverage_limit(
    assets: Amounts,
    liabilities: Amounts,
    max_ratio: Annotated[float | None, Number(bounds=BELOW_ONE)] = None,
    methods: LimitMethods | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> Result:
    """New debt up to a cap on the debt ratio (liabilities to assets): (cap x assets - liabilities) / (1 - cap).

    New debt raises assets and liabilities alike, hence the division. Below zero there is no room.

    Args:
        assets: Total assets, 10k yuan.
        liabilities: Total liabilities, 10k yuan.
        max_ratio: Highest debt ratio, decimal; default the policy's parameter, 0.7.
        methods: Policy table; default the built-in limit_methods.
        out: "value" new debt; "why" the reason; "table" all parts.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Amount in 10k yuan, in the common shape.

    Errors:
        #N/A where assets or liabilities are missing; #NUM! where they are negative.

    Example:
        =CR_LEVERAGECAP({10000;10000},{6000;8000}) -> {3333.333333333;0}
        =CR_LEVERAGECAP(10000,6000,0.65) -> 1428.571428571

    Source:
        Follows from the ratio's definition; the cap is a creditcells default, see
        CR_POLICY("limit_methods").
    """
    ratio = parameter(methods, "leverage") if max_ratio is None else max_ratio
    cap = leverage_cap(assets, liabilities, ratio)
    if out == "value":
        return _rooms(cap)
    before = np.divide(liabilities, assets, out=np.full(len(cap), np.nan), where=assets > 0)
    if out == "table":
        headers = {
            "en": ("debt_ratio", "max_debt_ratio", "uncapped_amount", "new_debt"),
            "zh": ("资产负债率", "最高资产负债率", "测算金额", "新增债务"),
        }[lang]
        caps = np.full(len(cap), ratio)
        return parts_table(headers, (before, caps, cap, _rooms(cap)), {})
    sentence = {
        "en": "({:.4g}% of {} - {}) / {:.4g}% = {} of new debt brings the debt ratio to {:.4g}%",
        "zh": "（{1} × {0:.4g}% - {2}）÷ {3:.4g}% = {4}，新增该数额后资产负债率为 {5:.4g}%",
    }[lang]
    percent = 100 * ratio
    sentences = (
        sentence.format(percent, shown(a), shown(debt), 100 - percent, shown(amount), percent)
        for a, debt, amount in zip(assets, liabilities, cap, strict=True)
    )
    return _reasons(sentences, cap, lang)


@udf(
    "CR_DEBTCAPACITY",
    family="limits",
    zh="""按现金流测算可承担的债务：年可用现金流 ÷ 最低偿债备付率 × 年金系数，最低为 0。

    现金流为扣除既有债务本息之后可用于偿还新债的部分；按等额本息、每年一次还款。

    参数：
        cash_flow: 每年可用于偿还新债的现金流，万元。
        rate: 年利率，小数。
        years: 还款年数。
        dscr: 最低偿债备付率；省略则取政策表中的参数（1.25）。
        methods: 政策表；默认为内置表 limit_methods。
        out: "value" 债务；"why" 理由；"table" 明细。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的金额，万元。
    错误：
        缺任一数值为 #N/A；利率为负或年数不大于 0 为 #NUM!。
    来源：
        年金现值；最低偿债备付率为 creditcells 默认，见 CR_POLICY("limit_methods")。
    """,
)
def debt_limit(
    cash_flow: Annotated[FloatArray, Numbers()],
    rate: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)],
    years: Annotated[FloatArray, Numbers(bounds=POSITIVE)],
    dscr: Annotated[float | None, Number(bounds=POSITIVE)] = None,
    methods: LimitMethods | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> Result:
    """Debt that a yearly cash flow can serve: cash flow / least DSCR x annuity factor.

    The cash flow is what is left for new debt after the service of existing debt; one equal
    payment a year. A cash flow below zero serves nothing.

    Args:
        cash_flow: Cash flow available for the service of new debt, 10k yuan a year.
        rate: Interest rate per year, decimal.
        years: Years of repayment.
        dscr: Least debt service coverage ratio; default the policy's parameter, 1.25.
        methods: Policy table; default the built-in limit_methods.
        out: "value" debt; "why" the reason; "table" all parts.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Amount in 10k yuan, in the common shape.

    Errors:
        #N/A where a figure is missing; #NUM! where the rate is negative or years are not above 0.

    Example:
        =CR_DEBTCAPACITY(800,0.06,5) -> 2695.912822
        =CR_DEBTCAPACITY({800;-50},0,5,1) -> {4000;0}

    Source:
        Present value of an annuity; the least DSCR is a creditcells default, see
        CR_POLICY("limit_methods").
    """
    least = parameter(methods, "cash_flow") if dscr is None else dscr
    cap = debt_capacity(cash_flow, rate, years, least)
    if out == "value":
        return _rooms(cap)
    factor = annuity_factor(rate, years)
    service = cash_flow / least
    if out == "table":
        headers = {
            "en": ("debt_service", "dscr", "annuity_factor", "new_debt"),
            "zh": ("每年偿债额", "偿债备付率", "年金系数", "新增债务"),
        }[lang]
        ratios = np.full(len(cap), least)
        return parts_table(headers, (_rooms(service), ratios, factor, _rooms(cap)), {})
    sentence = {
        "en": "{} a year / DSCR {:.4g} = {} of debt service over {:.4g} years at {:.4g}% (factor {:.4f}): debt {}",
        "zh": "每年 {} ÷ 偿债备付率 {:.4g} = 每年偿债 {}，{:.4g} 年、利率 {:.4g}%（系数 {:.4f}）：债务 {}",
    }[lang]
    sentences = (
        sentence.format(shown(cash), least, shown(part), n, 100 * r, f, shown(amount))
        for cash, part, n, r, f, amount in zip(
            cash_flow, service, years, rate, factor, cap, strict=True
        )
    )
    return _reasons(sentences, cap, lang)


@udf(
    "CR_EQUITYCAP",
    family="limits",
    zh="""按信用等级对应的净资产倍数测算新增授信：有效净资产 × 倍数 - 现有授信，最低为 0。

    参数：
        equity: 有效净资产（扣除无形资产、待处理损失等），万元。
        grade: 信用等级。
        existing: 各家银行现有授信，万元；空白不扣减，并在理由中注明。
        multiples: 各等级的倍数；默认为内置表 limit_multiples。
        out: "value" 新增授信；"why" 理由；"table" 明细。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的金额，万元。
    错误：
        缺净资产或等级为 #N/A；等级无法识别为 #VALUE!。
    来源：
        以净资产倍数控制授信的银行惯例；倍数为 creditcells 默认，见 CR_POLICY("limit_multiples")。
    """,
)
def equity_limit(
    equity: Annotated[FloatArray, Numbers()],
    grade: Annotated[TextArray, Texts()],
    existing: Amounts | None = None,
    multiples: LimitMultiples | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> Result:
    """New credit by a multiple of equity that depends on the grade: equity x multiple - existing.

    Args:
        equity: Effective net assets (without intangibles and unbooked losses), 10k yuan.
        grade: Credit grade.
        existing: Credit in use at all banks, 10k yuan; blank deducts nothing and the reason says
            so.
        multiples: Multiple per grade; default the built-in limit_multiples.
        out: "value" new credit; "why" the reason; "table" all parts.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Amount in 10k yuan, in the common shape.

    Errors:
        #N/A where equity or grade is missing; #VALUE! where the grade is unknown.

    Example:
        =CR_EQUITYCAP({4000;4000;4000},{"BBB";"AA";"D"},2500) -> {1500;3500;0}

    Source:
        Usage of banks to hold credit within a multiple of net assets; the multiples are a
        creditcells default, see CR_POLICY("limit_multiples").
    """
    table = builtin("limit_multiples").rows if multiples is None else multiples
    multiple = multiples_of(grade, table)
    unreadable = np.where(np.isnan(multiple), NOWHERE, 0)
    faults = unknown_rows("grade", grade, unreadable, grade_order(table).grades)
    used = or_unknown(existing, len(equity))
    cap = equity * multiple - np.nan_to_num(used)
    if out == "value":
        return faulty(_rooms(cap), faults.items()) if faults else _rooms(cap)
    if out == "table":
        headers = {
            "en": ("equity", "multiple", "existing", "new_credit"),
            "zh": ("有效净资产", "倍数", "现有授信", "新增授信"),
        }[lang]
        return parts_table(headers, (equity, multiple, used, _rooms(cap)), faults)
    sentence, unknown = {
        "en": (
            "grade {}: {} × {:.4g} - {} = {}{}",
            "; existing credit not given, nothing deducted",
        ),
        "zh": ("等级 {}：{} × {:.4g} - {} = {}{}", "；未给出现有授信，未扣减"),
    }[lang]
    deducted = np.nan_to_num(used)
    notes = np.where(np.isnan(used), unknown, "")
    sentences = (
        sentence.format(
            grade[i], shown(equity[i]), multiple[i], shown(deducted[i]), shown(amount), notes[i]
        )
        for i, amount in enumerate(cap)
    )
    return faulty(_reasons(sentences, cap, lang), faults.items())
