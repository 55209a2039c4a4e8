"""The cost-plus rate: costs and risk, plus the margin that the bank wants."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.catalogue import udf
from udfs.kinds import FloatArray, Language, Output, TextArray
from udfs.pricing.loan_costs import VAT, Rate, Share, added, vat_share
from udfs.pricing.parameters import PricingPolicy, parameters


@udf(
    "CR_COSTPLUS",
    family="pricing",
    zh="""成本加成定价：贷款利率 = 资金成本 + 运营成本 + 预期损失 + 目标利润率 − 手续费率。

    目标利润率由使用者给出；由资本回报推算利润率的，用 CR_RATE。

    参数：
        funding_rate: 资金成本（FTP），年利率，小数。
        operating_cost: 运营成本，占贷款的年比例，小数。
        pd: 一年期违约概率，小数。
        lgd: 违约损失率，小数。
        margin: 目标利润率，占贷款的年比例，税前，小数。
        fee: 每年手续费收入占贷款的比例，小数；默认 0。
        vat: "excluded" 利率不含增值税（默认）；"included" 利率含增值税及附加。
        policy: 定价参数表，增值税率取自此表；默认为内置表 pricing_policy。
        out: "value" 利率；"why" 各项构成一句话；"table" 构成表，各列之和等于利率。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的年利率，小数。
    错误：
        违约概率、违约损失率不在 0 至 1 之间为 #NUM!；缺少必需项为 #N/A。
    来源：
        成本加成贷款定价法：资金成本、经营成本、违约风险补偿与目标利润之和。
    """,
)
def cost_plus_rate(
    funding_rate: Rate,
    operating_cost: Rate,
    pd: Share,
    lgd: Share,
    margin: Rate,
    fee: Rate | float = 0.0,
    vat: Annotated[str, VAT] = "excluded",
    policy: PricingPolicy | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Cost-plus loan rate: funding, operating cost, expected loss and a margin, less the fee.

    The margin is given; where it shall follow from the return on capital, use CR_RATE.

    Args:
        funding_rate: Cost of funds (FTP) per year, decimal.
        operating_cost: Operating cost per year as a share of the loan, decimal.
        pd: Probability of default in one year, decimal.
        lgd: Loss given default, decimal.
        margin: Margin wanted per year before tax as a share of the loan, decimal.
        fee: Fees earned per year as a share of the loan, decimal; default 0.
        vat: "excluded" the rate is net of VAT (default); "included" it bears VAT and surcharges.
        policy: Pricing parameters, of which the VAT is read; default the built-in pricing_policy.
        out: "value" the rate; "why" the build-up in a sentence; "table" the parts, whose sum is
            the rate.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Rate per year, decimal, in the common shape.

    Errors:
        #NUM! where pd or lgd is not between 0 and 1; #N/A where a needed figure is missing.

    Example:
        =CR_COSTPLUS(2.4%,0.6%,2%,40%,1.5%) -> 0.053
        =CR_COSTPLUS(2.4%,0.6%,{0.5%;2%},40%,1.5%,,,,"why") -> {"4.7000% = funding 2.4000% + operating cost 0.6000% + expected loss 0.2000% (PD 0.50% × LGD 40.0%) + margin 1.5000%.";"5.3000% = funding 2.4000% + operating cost 0.6000% + expected loss 0.8000% (PD 2.00% × LGD 40.0%) + margin 1.5000%."}

    Source:
        Cost-plus loan pricing: cost of funds, operating cost, compensation for default risk and
        target profit.
    """
    share = vat_share(parameters(policy), vat)
    costs = (funding_rate, operating_cost, pd * lgd, margin)
    net = added(costs)
    parts = (*costs, net / (1 - share) - net, np.zeros_like(net) - fee)
    rate = added(parts)
    if out == "value":
        return rate
    if out == "table":
        return _table((*parts, rate), lang)
    columns = [column.tolist() for column in (rate, *parts, pd, lgd)]
    one = _reason_zh if lang == "zh" else _reason_en
    return np.array([one(*row) for row in zip(*columns, strict=True)], dtype=object)


_HEADERS: Final = {
    "en": ("funding", "operating cost", "expected loss", "margin", "VAT", "fee", "rate"),
    "zh": ("资金成本", "运营成本", "预期损失", "目标利润率", "增值税及附加", "手续费", "利率"),
}


def _table(columns: tuple[FloatArray, ...], lang: str) -> pd.DataFrame:
    return pd.DataFrame(dict(zip(_HEADERS[lang], columns, strict=True)))


def _reason_en(
    rate: float, funding: float, operating: float, loss: float, margin: float, vat: float,
    fee: float, chance: float, lgd: float,
) -> str:  # fmt: skip
    text = (
        f"{rate:.4%} = funding {funding:.4%} + operating cost {operating:.4%} + expected loss "
        f"{loss:.4%} (PD {chance:.2%} × LGD {lgd:.1%}) + margin {margin:.4%}"
    )
    text += f" + VAT {vat:.4%}" if vat else ""
    return text + (f" − fee {-fee:.4%}." if fee else ".")


def _reason_zh(
    rate: float, funding: float, operating: float, loss: float, margin: float, vat: float,
    fee: float, chance: float, lgd: float,
) -> str:  # fmt: skip
    text = (
        f"{rate:.4%} = 资金成本 {funding:.4%} + 运营成本 {operating:.4%} + 预期损失 {loss:.4%}"
        f"（违约概率 {chance:.2%} × 违约损失率 {lgd:.1%}）+ 目标利润率 {margin:.4%}"
    )
    text += f" + 增值税及附加 {vat:.4%}" if vat else ""
    return text + (f" − 手续费 {-fee:.4%}。" if fee else "。")
