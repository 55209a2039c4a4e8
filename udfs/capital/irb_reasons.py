"""The reason behind a risk weight in words, and its parts as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from udfs.capital.irb_formula import Irb
from udfs.cells import Faults, faulty
from udfs.kinds import TextArray
from udfs.labels import blank_nan
from udfs.limits.amounts import shown

_WORDS: Final = {
    "en": {
        "pd": "PD {:.4g}%",
        "floored": "PD {:.4g}% raised to the floor {:.4g}%",
        "lgd": "LGD {:.4g}%",
        "supervisory": "supervisory LGD {:.4g}% ({})",
        "years": "maturity {:.4g} y",
        "bounded": "maturity {:.4g} y taken as {:.4g}",
        "assumed": "maturity not given, {:.4g} y assumed",
        "sales": "sales {} ({})",
        "no_sales": "sales not given, no firm-size adjustment",
        "joint": ", ",
        "sentence": "{} ({}): {}; correlation {:.4f}, capital {:.4%}, risk weight {:.2%}.",
        "scaled": "{} ({}): {}; correlation {:.4f}, capital {:.4%}, risk weight {:.2%} with the factor {:.4g}.",
        "default": "{} ({}): in default, PD 100%; the formula asks for no capital beyond the expected loss of {:.4g}%: hold LGD less the best estimate of loss.",
    },
    "zh": {
        "pd": "违约概率 {:.4g}%",
        "floored": "违约概率 {:.4g}% 按下限 {:.4g}% 计",
        "lgd": "违约损失率 {:.4g}%",
        "supervisory": "监管违约损失率 {:.4g}%（{}）",
        "years": "期限 {:.4g} 年",
        "bounded": "期限 {:.4g} 年按 {:.4g} 年计",
        "assumed": "未给出期限而按 {:.4g} 年计",
        "sales": "销售收入 {} {}",
        "no_sales": "未给出销售收入而不作规模调整",
        "joint": "、",
        "sentence": "{}（{}）：{}；相关性 {:.4f}，资本要求 {:.4%}，风险权重 {:.2%}。",
        "scaled": "{}（{}）：{}；相关性 {:.4f}，资本要求 {:.4%}，风险权重 {:.2%}（含系数 {:.4g}）。",
        "default": "{}（{}）：已违约，违约概率 100%；按公式，预期损失 {:.4g}% 之外无资本要求，须按违约损失率减最佳估计损失计提。",
    },
}
_HEADERS: Final = {
    "en": (
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
    ),
    "zh": (
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
    ),
}


def irb_reasons(irb: Irb, lang: str) -> TextArray:
    """One sentence per exposure with the figures and every assumption."""
    words = _WORDS[lang]
    schemes = irb.rules.words(f"scheme_{lang}")
    classes = irb.rules.words(f"label_{lang}")
    scaling = np.broadcast_to(irb.rules.figure("scaling"), len(irb.pd))
    weights = irb.weight
    reasons = np.empty(len(irb.pd), dtype=object)
    for i, parts in enumerate(_parts(irb, lang)):
        names = (schemes[i], classes[i])
        if irb.pd[i] == 1:
            reasons[i] = words["default"].format(*names, 100 * irb.lgd[i])
            continue
        joint = words["joint"].join(text for text, _ in parts)
        figures = (irb.correlation[i], irb.capital[i], weights[i])
        template = words["sentence"] if scaling[i] == 1 else words["scaled"]
        reasons[i] = template.format(*names, joint, *figures, scaling[i])
    return reasons


def irb_table(irb: Irb, faults: Faults, lang: str) -> pd.DataFrame:
    """All parts of the formula, one row per exposure."""
    joint = _WORDS[lang]["joint"]
    assumed = np.empty(len(irb.pd), dtype=object)
    assumed[:] = [
        joint.join(text for text, assumption in parts if assumption) for parts in _parts(irb, lang)
    ]
    columns = (
        irb.pd,
        irb.lgd,
        blank_nan(irb.years),
        irb.correlation,
        np.broadcast_to(irb.maturity_factor, len(irb.pd)),
        irb.capital,
        irb.weight,
        irb.pd * irb.lgd,
        blank_nan(irb.weight * irb.ead),
        assumed,
    )
    return pd.DataFrame(
        {
            header: faulty(np.asarray(column), faults.items())
            for header, column in zip(_HEADERS[lang], columns, strict=True)
        },
        dtype=object,
    )


def _parts(irb: Irb, lang: str) -> Iterator[list[tuple[str, bool]]]:
    """What went into each weight, in words, and whether it is an assumption of the rules."""
    words = _WORDS[lang]
    claims = irb.lgds[f"label_{lang}"].to_numpy(dtype=object)
    units = irb.rules.words(f"sales_unit_{lang}")
    for i in range(len(irb.pd)):
        parts = [_chance(irb, i, words)]
        loss = 100 * irb.lgd[i]
        if irb.own_lgd[i]:
            parts.append((words["lgd"].format(loss), False))
        elif not np.isnan(loss):
            parts.append((words["supervisory"].format(loss, claims[irb.claim[i]]), True))
        if not np.isnan(irb.years[i]):
            parts.append(_maturity(irb, i, words))
        if units[i]:
            known = not np.isnan(irb.sales[i])
            text = (
                words["sales"].format(shown(irb.sales[i]), units[i]) if known else words["no_sales"]
            )
            parts.append((text, not known))
        yield parts


def _chance(irb: Irb, i: int, words: dict[str, str]) -> tuple[str, bool]:
    if irb.pd[i] > irb.stated_pd[i]:
        return words["floored"].format(100 * irb.stated_pd[i], 100 * irb.pd[i]), True
    return words["pd"].format(100 * irb.pd[i]), False


def _maturity(irb: Irb, i: int, words: dict[str, str]) -> tuple[str, bool]:
    used, stated = irb.years[i], irb.stated_years[i]
    if np.isnan(stated):
        return words["assumed"].format(used), True
    if used != stated:
        return words["bounded"].format(stated, used), True
    return words["years"].format(used), False
