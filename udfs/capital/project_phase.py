"""Whether a project is in operation, and of high quality, for its risk weight."""

from __future__ import annotations

import re
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.capital.risk_weights import CLASS_COLUMNS, RiskWeights
from udfs.capital.schemes import rows_of_scheme
from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults, faulty
from udfs.errors import CallError, CellError, Words
from udfs.kinds import (
    NOT_NEGATIVE,
    Choice,
    FloatArray,
    Language,
    Numbers,
    Table,
    Text,
    TextArray,
    Texts,
)
from udfs.labels import NOWHERE, errors_at, once_each, places, unknown
from udfs.limits.amounts import shown
from udfs.records import record
from udfs.tables import builtin

Amounts = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]

_OUTPUTS: Final = Choice(
    {
        "value": ("phase", "值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "code": ("代码",),
        "weight": ("risk weight", "风险权重"),
    }
)
_PHASES: Final = ("project_preoperational", "project_operational", "project_high_quality")
_SEPARATORS: Final = re.compile(r"[,;，；、\n]")
_ALL: Final = frozenset({"all", "全部"})
_HEADERS: Final = {
    "en": ("exposure_class", "risk_weight", "cash_flow_test", "debt_test", "conditions_lacking"),
    "zh": ("敞口类别", "风险权重", "现金流测试", "债务测试", "未满足的条件"),
}


@udf(
    "CR_PFPHASE",
    family="capital",
    zh="""判断项目融资处于运营前、运营或高质量运营，并给出权重法的敞口类别，可直接传给 CR_RISKWEIGHT。

    运营：净现金流为正且足以覆盖剩余的完工等合同义务，并且长期债务在下降。高质量：运营且满足全部条件（仅限设有该类别的方案）。

    参数：
        net_cash_flow: 项目净现金流，万元。
        obligations: 剩余的完工等合同义务，万元，没有填 0。
        debt: 当前长期债务，万元。
        prior_debt: 上期长期债务，万元。
        met: 已满足的高质量条件：条件表中的代码或名称，以逗号、分号或顿号分隔，全部满足可填 all；空白为未满足任何一条。
        scheme: "china"（默认）、"basel3"（设有高质量类别），或权重表中的其他方案。
        conditions: 高质量条件表；默认为内置表 project_quality。
        weights: 风险权重表；默认为内置表 risk_weights。
        out: "value" 敞口类别的名称；"code" 其代码；"weight" 风险权重；"why" 理由；"table" 明细。
        lang: 名称、理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的文本，如“项目融资（运营）”。
    错误：
        缺任一数值为 #N/A；条件无法识别为 #VALUE!。
    来源：
        巴塞尔框架 CRE20.50 至 20.52；《商业银行资本管理办法》（2023）。请核对法规原文，见 CR_POLICY("project_quality","note","zh")。
    """,
)
def project_phase(
    net_cash_flow: Annotated[FloatArray, Numbers()],
    obligations: Amounts,
    debt: Amounts,
    prior_debt: Amounts,
    met: Annotated[TextArray, Texts()] | None = None,
    scheme: Annotated[str, Text()] = "china",
    conditions: Annotated[pd.DataFrame, Table(builtin="project_quality")] | None = None,
    weights: RiskWeights | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Phase of a project: before operation, in operation, or in operation with high quality.

    In operation: net cash flow is above zero and covers the obligations that remain until
    completion, and long-term debt declines. High quality: all conditions besides, where the
    scheme has that class. The result goes into CR_RISKWEIGHT as it is.

    Args:
        net_cash_flow: Net cash flow of the project, 10k yuan.
        obligations: Contractual obligations that remain, such as completion, 10k yuan; 0 if none.
        debt: Long-term debt now, 10k yuan.
        prior_debt: Long-term debt one period before, 10k yuan.
        met: Conditions of high quality that are met: codes or labels, apart by comma or
            semicolon, or "all"; blank means none is met.
        scheme: "china" (default), "basel3" (has high quality), or another of the weights table.
        conditions: Conditions of high quality; default the built-in project_quality.
        weights: Table of risk weights; default the built-in risk_weights.
        out: "value" label of the exposure class; "code" its code; "weight" risk weight; "why" the
            reason; "table" all parts.
        lang: Language of label, reason and headers, "en" or "zh".

    Returns:
        Text in the common shape, such as "project finance in operation".

    Errors:
        #N/A where a figure is missing; #VALUE! where a condition is unknown.

    Example:
        =CR_PFPHASE({-200;900},{3000;0},{5000;4500},{4000;5000},,,,,"code") -> {"project_preoperational";"project_operational"}
        =CR_PFPHASE(900,0,4500,5000,"all","basel3",,,"weight") -> 0.8

    Source:
        Basel Framework CRE20.50 to 20.52; Chinese Rules on Capital of Commercial Banks, 2023.
        Check against the regulation, see CR_POLICY("project_quality","note").
    """
    rows = rows_of_scheme(builtin("risk_weights").rows if weights is None else weights, scheme)
    classes = _class_rows(rows)
    table = builtin("project_quality").rows if conditions is None else conditions
    count = len(debt)
    lacking, faults = _lacking(met, table, count, lang)
    cash = (net_cash_flow > 0) & (net_cash_flow >= obligations)
    declines = debt < prior_debt
    high = np.array([not texts for texts in lacking], dtype=bool) & (len(classes) == len(_PHASES))
    phase = np.where(cash & declines, np.where(high, 2, 1), 0)
    project = _Project(
        (net_cash_flow, obligations, debt, prior_debt),
        (cash, declines),
        lacking,
        phase,
        rows.iloc[classes],
    )
    return _result(project, faults, out, lang)


@record
class _Project:
    """The figures of each project, its tests and its phase; ``classes`` has a row per phase."""

    figures: tuple[FloatArray, ...]
    tests: tuple[BoolArray, BoolArray]
    lacking: list[list[str]]
    phase: npt.NDArray[np.intp]
    classes: pd.DataFrame


def _class_rows(rows: pd.DataFrame) -> list[int]:
    """The rows of the phases; the last is left out where the scheme does not have it.

    Raises:
        CallError: the scheme lacks one of the first two.
    """
    found = places(np.array(_PHASES, dtype=object), rows, *CLASS_COLUMNS).tolist()
    if NOWHERE in found[:2]:
        where = Words("weights, column exposure_class", "weights 的“敞口类别”列")
        given = ", ".join(dict.fromkeys(rows["exposure_class"]))
        wanted = ", ".join(_PHASES[:2])
        raise CallError(where, given, Words(f"a list with {wanted}", f"含有 {wanted} 的列表"))
    return [int(place) for place in found if place != NOWHERE]


def _lacking(
    met: TextArray | None, table: pd.DataFrame, count: int, lang: str
) -> tuple[list[list[str]], Faults]:
    """The conditions that each project does not meet, by label."""
    labels = table[f"label_{lang}"].tolist()
    if met is None:
        return [labels] * count, {}

    def read(text: str) -> list[str] | CellError:
        if text.casefold().strip() in _ALL:
            return []
        named = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
        found = places(np.array(named, dtype=object), table, "condition", "label_en", "label_zh")
        for name, place in zip(named, found.tolist(), strict=True):
            if place == NOWHERE:
                return unknown("met", name, table["condition"])
        return [label for row, label in enumerate(labels) if row not in set(found.tolist())]

    codes, contents = once_each(met, read)
    faults = errors_at(codes, contents)
    lists = [labels if isinstance(content, CellError) else content for content in contents]
    return [lists[code] for code in codes], faults


def _result(
    project: _Project, faults: Faults, out: str, lang: str
) -> FloatArray | TextArray | pd.DataFrame:
    labels = project.classes[f"label_{lang}"].to_numpy(dtype=object)[project.phase]
    weights = project.classes["risk_weight"].to_numpy(dtype=np.float64)[project.phase]
    if out == "why":
        return faulty(_reasons(project, labels, weights, lang), faults.items())
    if out == "table":
        joint = "；" if lang == "zh" else "; "
        texts = np.empty(len(labels), dtype=object)
        texts[:] = [joint.join(names) for names in project.lacking]
        columns = (labels, weights, *project.tests, texts)
        return pd.DataFrame(
            {
                header: faulty(column, faults.items())
                for header, column in zip(_HEADERS[lang], columns, strict=True)
            },
            dtype=object,
        )
    codes = project.classes["exposure_class"].to_numpy(dtype=object)[project.phase]
    values = {"code": codes, "weight": weights}.get(out, labels)
    return faulty(values, faults.items()) if faults else values


_WORDS: Final = {
    "en": {
        "cash": (
            "net cash flow {} covers the remaining obligations of {}",
            "net cash flow {} does not cover the remaining obligations of {}",
            "net cash flow {} is not above zero",
        ),
        "debt": (
            "long-term debt falls from {} to {}",
            "long-term debt does not fall ({} to {})",
        ),
        "quality": ("all conditions of high quality met", "high quality lacks: {}"),
        "sentence": "{}: {}; risk weight {:.4g}%.",
        "joint": "; ",
    },
    "zh": {
        "cash": (
            "净现金流 {} 足以覆盖剩余义务 {}",
            "净现金流 {} 不足以覆盖剩余义务 {}",
            "净现金流 {} 不为正",
        ),
        "debt": (
            "长期债务由 {} 降至 {}",
            "长期债务未下降（{} 至 {}）",
        ),
        "quality": ("满足全部高质量条件", "高质量尚缺：{}"),
        "sentence": "{}：{}；风险权重 {:.4g}%。",
        "joint": "；",
    },
}


def _reasons(project: _Project, labels: TextArray, weights: FloatArray, lang: str) -> TextArray:
    words = _WORDS[lang]
    joint = "、" if lang == "zh" else ", "
    reasons = np.empty(len(labels), dtype=object)
    has_quality = len(project.classes) == len(_PHASES)
    for i, (flow, duty, debt, before) in enumerate(zip(*project.figures, strict=True)):
        cash, falls = (bool(test[i]) for test in project.tests)
        covered = words["cash"][2 if flow <= 0 else 0 if cash else 1]
        parts = [
            covered.format(shown(flow), shown(duty)),
            words["debt"][0 if falls else 1].format(shown(before), shown(debt)),
        ]
        if cash and falls and has_quality:
            names = project.lacking[i]
            parts.append(words["quality"][1 if names else 0].format(joint.join(names)))
        sentence = str(words["joint"]).join(parts)
        reasons[i] = str(words["sentence"]).format(labels[i], sentence, 100 * weights[i])
    return reasons
