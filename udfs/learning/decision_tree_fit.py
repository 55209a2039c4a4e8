"""A decision tree fitted on history, spilled as a rule table."""

from __future__ import annotations

import math
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column, Mixed
from udfs.errors import CallError, Words
from udfs.kinds import (
    Bounds,
    Choice,
    Grid,
    Language,
    Number,
    Table,
    TextList,
    Texts,
)
from udfs.learning.decision_tree_leaves import Leaf, Range, grow, leaf_of
from udfs.learning.decision_tree_rules import (
    RULE_COLUMNS,
    written_list,
)
from udfs.learning.decision_tree_samples import Sample, read_sample
from udfs.learning.factor_columns import FactorColumn, canonical_order, report_table
from udfs.tables import builtin

_LEAF_SHARE: Final = 0.05
_LEAST_LEAF: Final = 5
_PARTS: Final = 5
_FIT_OUTPUTS: Final = Choice({"rules": ("value", "table", "规则"), "report": ("报告",)})
_HEADERS: Final = {column.name: {"en": column.name, "zh": column.zh} for column in RULE_COLUMNS}
_OWN: Final = frozenset(text for pair in _HEADERS.values() for text in pair.values())
_SIGNS: Final = ("≥", "<", "", "≠")

LeafLevels = Annotated[pd.DataFrame, Table(builtin="leaf_levels")]


@udf(
    "CR_TREEFIT",
    family="learning",
    zh="""全部样本：由历史数据生成决策树，并输出为可读的规则表，每个叶节点一行，可直接传给 CR_TREE。

    文本列按坏样本率排序后取连续的类别分组；空白作为单独取值归入更合适的一侧。有错误值或没有结果的行不参与拟合，行数见 "report"。结果与行序无关。

    参数：
        bad: 每行的结果：1 为违约、0 为正常（也可填“坏”“好”），或任意类别名称；空白行不参与拟合。
        values: 每行一个客户、每列一个因子的区域，数字或文本。
        factors: values 各列的列名；省略时为“第 1 列”等。
        depth: 每条规则最多的判断次数，默认 3。
        minimum_rows: 每条规则至少覆盖的样本数；省略为样本的 5%，且不少于 5。
        levels: 按坏样本率给规则定级的表；默认为内置表 leaf_levels。
        out: "rules" 规则表（默认）；"report" 拟合报告，含留出样本的 AUC。
        lang: 表头与标签的语言，"en" 或 "zh"。
    结果：
        规则表：规则、各因子条件、标签、样本数、坏样本率，坏样本率高者在前。
    错误：
        可用行数不足、结果只有一种、数字列中夹杂文本，均为 #VALUE!。
    来源：
        Breiman 等，Classification and Regression Trees，1984（基尼系数）；类别排序：Coppersmith 等，1999；
        由 scikit-learn 拟合。
    """,
)
def fit_tree(
    bad: Annotated[Column, Texts(series="rows")],
    values: Annotated[list[Mixed], Grid(series="rows")],
    factors: Annotated[list[str] | None, TextList()] = None,
    depth: Annotated[float, Number(bounds=Bounds(lower=1, upper=10, whole=True))] = 3,
    minimum_rows: Annotated[float | None, Number(bounds=Bounds(lower=1, whole=True))] = None,
    levels: LeafLevels | None = None,
    out: Annotated[str, _FIT_OUTPUTS] = "rules",
    lang: Language = "en",
) -> Whole:
    """All rows together: a decision tree fitted on history, as a rule table that CR_TREE takes.

    Categories are put in the order of their bad rate and split into consecutive groups; a blank is
    a value of its own and goes to the side that suits it better. Rows with an error cell or
    without an outcome are left out and counted in the report. The order of rows does not matter.

    Args:
        bad: Outcome of each row: 1 default, 0 none (or bad and good), or the name of any class; rows
            with a blank are left out.
        values: Range with one row per customer and one column per factor, numbers or texts.
        factors: Names of the columns of values; "column 1" and so on if left out.
        depth: Most questions that one rule asks, default 3.
        minimum_rows: Least number of rows in a rule; if left out 5 % of the rows, but at least 5.
        levels: Table that names a rule's level by its bad rate; default the built-in leaf_levels.
        out: "rules" the rule table (default); "report" how the fit went, with the AUC on rows held
            out.
        lang: Language of headers and labels, "en" or "zh".

    Returns:
        Rule table with a row per leaf: rule, conditions by factor, label, count, bad, bad rate;
        the highest bad rate first.

    Errors:
        #VALUE! for too few usable rows, a single outcome, or texts in a column of numbers.

    Example:
        =CR_TREEFIT({1;1;0;0;0;0},{0.9;0.8;0.7;0.3;0.2;0.1},"debt ratio",1,1) -> {"rule","debt ratio ≥","debt ratio <","label","count","bad","bad_rate";1,0.8,"","high",2,2,1;2,"",0.8,"low",4,0,0}

    Source:
        Breiman and others, Classification and Regression Trees, 1984 (Gini index); order of
        categories: Coppersmith and others, 1999; fitted by scikit-learn.
    """
    known = int((~bad.blank).sum()) - len(bad.faults)
    least = (
        max(_LEAST_LEAF, math.ceil(_LEAF_SHARE * known))
        if minimum_rows is None
        else int(minimum_rows)
    )
    sample = read_sample(bad, values, factors, least, lang)
    _refuse_names(sample.factors)
    classes = len(sample.outcomes.names)
    leaves = grow(sample.factors, sample.classes, classes, depth=int(depth), minimum_rows=least)
    if sample.outcomes.is_bad:
        leaves.sort(key=lambda leaf: -leaf.counts[1] / leaf.counts.sum())
    if out == "report":
        return _report(sample, leaves, int(depth), least, lang)
    return _rule_table(sample, leaves, levels, lang)


def _refuse_names(factors: list[FactorColumn]) -> None:
    """Names that a rule table could not be read back with."""
    for factor in factors:
        if factor.name.casefold() in _OWN or factor.name.rstrip().endswith(tuple("≥≤≠<>=")):
            raise CallError(
                "factors",
                factor.name,
                Words(
                    f"a name other than the rule table's own columns ({', '.join(_HEADERS)}) that "
                    "does not end in a sign",
                    f"与规则表自有列（{'、'.join(pair['zh'] for pair in _HEADERS.values())}）不同、且不以符号结尾的名称",
                ),
            )


def _rule_table(
    sample: Sample, leaves: list[Leaf], levels: pd.DataFrame | None, lang: str
) -> Whole:
    conditions = [_conditions(leaf, sample.factors, lang) for leaf in leaves]
    asked = {key for row in conditions for key in row}
    columns: dict[str, list[Any]] = {
        f"{factor.name} {sign}".strip(): [row.get((place, sign)) for row in conditions]
        for place, factor in enumerate(sample.factors)
        for sign in _SIGNS
        if (place, sign) in asked
    }
    facts = _leaf_facts(sample, leaves, levels, lang)
    numbers = list(range(1, len(leaves) + 1))
    frame = pd.DataFrame({"rule": numbers, **columns, **facts}, dtype=object)
    headers = tuple(_HEADERS[name][lang] if name in _HEADERS else name for name in frame.columns)
    return Whole(frame, headers)


def _conditions(
    leaf: Leaf, factors: list[FactorColumn], lang: str
) -> dict[tuple[int, str], float | str]:
    """The cells of a leaf's conditions by factor and sign."""
    cells: dict[tuple[int, str], float | str] = {}
    for each in leaf.ranges:
        factor = factors[each.factor]
        asked = _listed(each, factor, lang) if factor.labels else _bounded(each, lang)
        cells |= {(each.factor, sign): cell for sign, cell in asked.items()}
    return cells


def _bounded(each: Range, lang: str) -> dict[str, float | str]:
    if math.inf in (each.lower, -each.upper):  # no number at all
        return {"": written_list([], missing=True, lang=lang)}
    asked: dict[str, float | str] = {}
    if math.isfinite(each.lower):
        asked["≥"] = each.lower
    if math.isfinite(each.upper):
        asked["<"] = each.upper
    if each.missing and asked:
        asked[""] = written_list([], missing=True, lang=lang)
    if not each.missing and not asked:
        asked["≠"] = written_list([], missing=True, lang=lang)
    return asked


def _listed(each: Range, factor: FactorColumn, lang: str) -> dict[str, float | str]:
    labels = each.labels or ()
    if len(labels) < len(factor.labels):
        return {"": written_list(labels, missing=each.missing, lang=lang)}
    return {} if each.missing else {"≠": written_list([], missing=True, lang=lang)}


def _leaf_facts(
    sample: Sample, leaves: list[Leaf], levels: pd.DataFrame | None, lang: str
) -> dict[str, list[Any]]:
    rows = [int(leaf.counts.sum()) for leaf in leaves]
    if not sample.outcomes.is_bad:
        best = [int(leaf.counts.argmax()) for leaf in leaves]
        shares = [leaf.counts[i] / n for leaf, i, n in zip(leaves, best, rows, strict=True)]
        return {
            "label": [sample.outcomes.names[i] for i in best],
            "count": rows,
            "label_share": [float(share) for share in shares],
        }
    bad = [int(leaf.counts[1]) for leaf in leaves]
    rates = [float(count / n) for count, n in zip(bad, rows, strict=True)]
    average = sum(bad) / sum(rows)
    table = builtin("leaf_levels").rows if levels is None else levels
    return {
        "label": [_level(rate / average, table, lang) for rate in rates],
        "count": rows,
        "bad": bad,
        "bad_rate": rates,
    }


def _level(multiple: float, levels: pd.DataFrame, lang: str) -> str:
    """The first level whose multiple of the average bad rate is reached."""
    for limit, label in zip(levels["multiple_from"], levels[f"label_{lang}"], strict=True):
        if math.isnan(limit) or multiple >= limit:
            return str(label)
    raise CallError(
        "levels",
        Words(
            f"no level for {multiple:.4g} times the average",
            f"平均值的 {multiple:.4g} 倍没有对应等级",
        ),
        Words("a table whose last row has a blank multiple_from", "最后一行“倍数下限”留空的表"),
    )


def _report(sample: Sample, leaves: list[Leaf], depth: int, minimum_rows: int, lang: str) -> Whole:
    constant = [f.name for f in sample.factors if len(np.unique(f.values[~f.missing])) <= 1]
    used = {each.factor for leaf in leaves for each in leaf.ranges}
    unused = [f.name for place, f in enumerate(sample.factors) if place not in used]
    mark = "、" if lang == "zh" else ", "
    items: list[tuple[Words, object]] = [
        *sample.left_out(),
        (Words("rules", "规则数"), len(leaves)),
        (Words("factors not used", "未用到的因子"), mark.join(unused) or None),
        (Words("factors without variation", "取值无变化的因子"), mark.join(constant) or None),
    ]
    counts = np.array([leaf.counts for leaf in leaves])
    if sample.outcomes.is_bad:
        fresh = _held_out_auc(sample, depth, minimum_rows)
        items += [
            (Words("bad", "坏样本数"), sample.counts[1]),
            (Words("bad rate", "坏样本率"), sample.counts[1] / len(sample.classes)),
            (Words("AUC on this sample", "本样本 AUC"), _auc(counts[:, 1], counts[:, 0])),
            (Words("AUC on rows held out", "留出样本 AUC（五折）"), fresh),
        ]
    right = float(counts.max(axis=1).sum() / counts.sum())
    items.append((Words("accuracy on this sample", "本样本准确率"), right))
    return report_table(items, lang)


def _auc(bad: Any, good: Any) -> float:
    """AUC of rows that are ranked by the bad rate of their rule."""
    _, group = np.unique(bad / (bad + good), return_inverse=True)
    return _auc_of_groups(np.bincount(group, weights=bad), np.bincount(group, weights=good))


def _auc_of_groups(bad: Any, good: Any) -> float:
    """Chance that a bad row is in a later group than a good one; the same group counts half."""
    below = np.cumsum(good) - good
    return float((bad * (below + good / 2)).sum() / (bad.sum() * good.sum()))


def _held_out_auc(sample: Sample, depth: int, minimum_rows: int) -> float | None:
    """AUC when every fifth row is judged by a tree that was grown without it.

    Rows are dealt to the five parts in an order of their own, so that chance plays no role. None
    where the rest of the rows is too small for a tree of its own or has one outcome only.
    """
    columns = [np.nan_to_num(factor.values) for factor in sample.factors]
    gaps = [factor.missing for factor in sample.factors]
    order = canonical_order([*columns, *gaps, sample.classes])
    rates = np.empty(len(order))
    for part in range(_PARTS):
        held = np.arange(len(order)) % _PARTS == part
        rest, out = order[~held], order[held]
        classes = sample.classes[rest]
        if len(rest) < 2 * minimum_rows or len(np.unique(classes)) < 2:  # noqa: PLR2004 - good and bad
            return None
        grown = [factor.take(rest) for factor in sample.factors]
        leaves = grow(grown, classes, 2, depth=depth, minimum_rows=minimum_rows)
        shares = [leaf.counts[1] / leaf.counts.sum() for leaf in leaves]
        # A category that the rest never had is judged by the average.
        shares.append(classes.mean())
        rates[out] = np.array(shares)[leaf_of(leaves, [f.take(out) for f in sample.factors])]
    _, group = np.unique(rates, return_inverse=True)
    bad = np.bincount(group, weights=sample.classes)
    total = np.bincount(group)
    return _auc_of_groups(bad, total - bad)
