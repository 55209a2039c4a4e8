"""Risk weights by the internal ratings-based approach."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.capital.irb_formula import Given, Irb, computed, loss
from udfs.capital.irb_reasons import irb_reasons, irb_table
from udfs.capital.irb_rules import (
    NO_LGD,
    IrbLgds,
    IrbSchemes,
    claims_by_row,
    read_rules,
    rules_by_row,
)
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.errors import CellError
from udfs.kinds import (
    NOT_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    Choice,
    FloatArray,
    Language,
    Numbers,
    Text,
    TextArray,
    Texts,
)

Figures = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]

_OUTPUTS: Final = Choice(
    {
        "value": ("risk weight", "值", "结果", "风险权重"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "k": ("capital", "资本要求"),
        "correlation": ("r", "相关性"),
        "el": ("expected loss", "预期损失"),
        "rwa": ("风险加权资产",),
    }
)
_NO_EAD: Final = CellError(
    errors.NA, "ead is missing: rwa is risk weight × ead.", "缺少 ead：rwa 为风险权重 × ead。"
)


@udf(
    "CR_IRBRW",
    family="capital",
    zh="""按内部评级法计算风险权重：公司、银行、金融机构与零售敞口，可选监管方案、规模调整与监管违约损失率。

    违约概率低于下限的按下限计算。省略年数按 2.5 年；省略销售收入不作规模调整；省略违约损失率取 claim 对应的监管给定值。
    各项假设在 why 中列明。违约敞口（违约概率为 1）按公式资本要求为 0，须另按最佳估计计提。

    参数：
        pd: 一年期违约概率，小数，单元格或区域。
        lgd: 违约损失率，小数；空白则取 claim 对应的监管给定值。
        years: 有效期限，年；限于规则的上下限之内，空白为规则的默认年数。
        sales: 集团年销售收入：china 方案为万元，其余为百万欧元；空白则不作规模调整。
        scheme: 监管方案："china"（默认，2023 年资本管理办法）、"basel3"、"basel2"、"crr"（含 1.06），或规则表中的其他方案。
        exposure_class: 敞口类别，如 corporate、bank、financial、mortgage、revolving、retail，也可用中文名称；空白为公司。
        claim: 债权：senior、subordinated、financial、receivables、real_estate、physical，也可用中文；押品视为足额覆盖，部分覆盖请用 CR_LGD。
        ead: 违约风险敞口，万元；用于 rwa。
        rules: 规则表；默认为内置表 irb_schemes。
        lgds: 监管违约损失率表；默认为内置表 irb_lgd。
        out: "value" 风险权重；"k" 资本要求；"correlation" 相关性；"el" 预期损失率；"rwa" 风险加权资产；"why" 理由；"table" 明细。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的风险权重，小数（0.92 即 92%）。
    错误：
        违约概率不在 0 与 1 之间为 #NUM!；零售敞口缺违约损失率、rwa 缺 ead 为 #N/A；类别或债权无法识别为 #VALUE!。
    来源：
        巴塞尔框架 CRE31、CRE32；巴塞尔协议 II 第 272 段及附录 5；china 方案请核对法规原文，见 CR_POLICY("irb_schemes","note","zh")。
    """,
)
def irb_risk_weight(
    pd: Annotated[FloatArray, Numbers(bounds=PROBABILITY)],
    lgd: Figures | None = None,
    years: Annotated[FloatArray, Numbers(bounds=POSITIVE)] | None = None,
    sales: Figures | None = None,
    scheme: Annotated[str, Text()] = "china",
    exposure_class: Annotated[TextArray, Texts()] | None = None,
    claim: Annotated[TextArray, Texts()] | None = None,
    ead: Figures | None = None,
    rules: IrbSchemes | None = None,
    lgds: IrbLgds | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Risk weight by the IRB approach: corporate, bank, financial and retail; several regulations.

    A PD below the floor counts as the floor. Without years the rules' default maturity holds,
    without sales there is no firm-size adjustment, without lgd the supervisory one of the claim;
    the reason names every such assumption. In default (PD 1) the formula gives no capital: hold
    LGD less the best estimate of loss instead.

    Args:
        pd: Probability of default in one year, decimal, one cell or a range.
        lgd: Loss given default, decimal; blank takes the supervisory one of the claim.
        years: Effective maturity in years, kept within the rules' bounds; blank the rules'
            default, 2.5.
        sales: Annual sales of the group: 10k yuan (万元) under scheme china, million euros under
            the others; blank means no firm-size adjustment.
        scheme: Regulation: "china" (default, Rules of 2023), "basel3", "basel2", "crr" (with
            1.06), or another scheme of the rules table.
        exposure_class: corporate, bank, financial, hvcre, mortgage, revolving, transactor or
            retail, or a label in either language; blank is corporate.
        claim: senior, subordinated, or collateral: financial, receivables, real_estate, physical.
            Collateral counts as covering all; for a part use CR_LGD.
        ead: Exposure at default, 10k yuan; needed for rwa.
        rules: Rules table; default the built-in irb_schemes.
        lgds: Supervisory LGD; default the built-in irb_lgd.
        out: "value" risk weight; "k" capital; "correlation"; "el" expected loss rate; "rwa"
            risk-weighted assets; "why" the reason; "table" all parts.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Risk weight, decimal (0.92 is 92 %), in the common shape.

    Errors:
        #NUM! where pd is not between 0 and 1; #N/A where retail has no lgd or rwa no ead; #VALUE!
        where class or claim is unknown.

    Example:
        =CR_IRBRW(0.01,0.45,2.5) -> 0.923168014
        =CR_IRBRW({0.0005;0.01;0.02},0.45,2.5,5,"basel3") -> {0.153957852;0.723947273;0.8854557}
        =CR_IRBRW(0.01,0.45,2.5,16500) -> 0.822074373

    Source:
        Basel Framework CRE31 and CRE32; Basel II paragraph 272 and Annex 5; scheme china: check
        against the regulation, see CR_POLICY("irb_schemes","note").
    """
    by_row, class_faults = rules_by_row(read_rules(rules, scheme), exposure_class, len(pd))
    lgd_rows, place, claim_faults = claims_by_row(by_row, claim, lgds)
    nothing = np.full(len(pd), np.nan)
    own = nothing if lgd is None else lgd
    used_lgd, own_lgd = loss(own, lgd_rows, place)
    irb = computed(
        by_row,
        Given(pd, used_lgd, years if years is not None else nothing, sales, ead),
        lgd_rows,
        (place, own_lgd),
    )
    faults = class_faults | {row: e for row, e in claim_faults.items() if not own_lgd[row]}
    for row in np.flatnonzero(np.isnan(used_lgd)).tolist():
        faults.setdefault(row, NO_LGD)
    return _result(irb, faults, out, lang)


def _result(irb: Irb, faults: Faults, out: str, lang: str) -> FloatArray | TextArray | pd.DataFrame:
    if out == "why":
        return faulty(irb_reasons(irb, lang), faults.items())
    if out == "table":
        return irb_table(irb, faults, lang)
    if out == "rwa":
        for row in np.flatnonzero(np.isnan(irb.ead)).tolist():
            faults.setdefault(row, _NO_EAD)
    values = (
        {
            "k": irb.capital,
            "correlation": irb.correlation,
            "el": irb.pd * irb.lgd,
            "rwa": irb.weight * irb.ead,
        }.get(out, irb.weight)
        if out != "value"
        else irb.weight
    )
    return faulty(values, faults.items()) if faults else values
