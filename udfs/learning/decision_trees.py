"""Decision trees as rule tables: fitted on a sample, applied to customers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column, Mixed, faulty
from udfs.chinese import joined
from udfs.errors import CallError, Words, shorten
from udfs.kinds import (
    Bounds,
    Choice,
    FloatArray,
    Grid,
    Language,
    Number,
    Table,
    TextArray,
    TextList,
    Texts,
)
from udfs.labels import blank_nan
from udfs.learning.decision_tree_fit import Leaf, Range, grow
from udfs.learning.decision_tree_rules import (
    RULE_COLUMNS,
    Placed,
    RuleTable,
    apply_rules,
    by_rule,
    column_in,
    read_rules,
    written_list,
)
from udfs.learning.decision_tree_samples import Sample, read_sample
from udfs.learning.factor_columns import FactorColumn, factor_names, report_table
from udfs.tables import builtin

_LEAF_SHARE: Final = 0.05
_LEAST_LEAF: Final = 5
_FIT_OUTPUTS: Final = Choice({"rules": ("value", "table", "规则"), "report": ("报告",)})
_OUTPUTS: Final = Choice(
    {
        "value": ("label", "值", "标签"),
        "rate": ("bad_rate", "坏样本率"),
        "rule": ("规则",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_HEADERS: Final = {column.name: {"en": column.name, "zh": column.zh} for column in RULE_COLUMNS}
_OWN: Final = frozenset(text for pair in _HEADERS.values() for text in pair.values())
_SIGNS: Final = ("≥", "<", "", "≠")

Rules = Annotated[pd.DataFrame, Table(columns=RULE_COLUMNS, further=True)]
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
        out: "rules" 规则表（默认）；"report" 拟合报告。
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
        out: "rules" the rule table (default); "report" how the fit went.
        lang: Language of headers and labels, "en" or "zh".

    Returns:
        Rule table with a row per leaf: rule, conditions by factor, label, rows, bad, bad rate;
        the highest bad rate first.

    Errors:
        #VALUE! for too few usable rows, a single outcome, or texts in a column of numbers.

    Example:
        =CR_TREEFIT({1;1;0;0;0;0},{0.9;0.8;0.7;0.3;0.2;""},"debt ratio",1,1) -> {"rule","debt ratio ≥","debt ratio <","debt ratio","label","rows","bad","bad_rate";1,0.8,"","","high",2,2,1;2,"",0.8,"missing","low",4,0,0}

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
        return _report(sample, leaves, lang)
    return _rule_table(sample, leaves, levels, lang)


@udf(
    "CR_TREE",
    family="learning",
    zh="""按规则表（决策树）给客户归类：自上而下，取第一条全部条件满足的规则。

    规则表每行一条规则，可由 CR_TREEFIT 生成，也可手工填写。表头为因子名加符号：“资产负债率 ≥”“逾期天数 >”“年限 <”填数字；“行业”填分号分隔的取值，“行业 ≠”填排除的取值；“缺失”代表空白。

    参数：
        values: 每行一个客户、每列一个因子的区域，数字或文本。
        rules: 规则表，含“标签”一列；条件为空即不要求。
        factors: values 各列的列名；省略时为“第 1 列”等。
        out: "value" 标签（默认）；"rate" 规则的坏样本率；"rule" 规则号；"why" 理由；"table" 明细。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        每行一个标签（或坏样本率、规则号）。
    错误：
        规则需要而客户缺失的值为 #N/A，并指明因子；没有规则符合为 #N/A；规则表有误则整个调用为 #VALUE!。
    来源：
        决策表：OMG，Decision Model and Notation 1.4，2023（首条命中）。
    """,
)
def classify_by_rules(
    values: Annotated[list[Mixed], Grid()],
    rules: Rules,
    factors: Annotated[list[str] | None, TextList()] = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Classify customers by a rule table or decision tree: from the top, the first rule that fits.

    The table has a row per rule, from CR_TREEFIT or typed by hand. A header is a factor with a
    sign: "debt ratio ≥" (also >, <, ≤) above numbers, "industry" above values with semicolons
    between, "industry ≠" above values left out; the word missing stands for a blank.

    Args:
        values: Range with one row per customer and one column per factor, numbers or texts.
        rules: Rule table with a column label; a blank condition asks nothing.
        factors: Names of the columns of values; "column 1" and so on if left out.
        out: "value" the label (default); "rate" the rule's bad rate; "rule" its number; "why" the
            reason; "table" all parts.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        One label (or bad rate, or rule number) per row.

    Errors:
        #N/A where a value that a rule asks for is missing, with the factor named, or where no rule
        fits. The call is #VALUE! if the table cannot be read.

    Example:
        =CR_TREE({0.8,0;0.5,120;0.5,10},{"debt ratio ≥","overdue days >","label";"",90,"high";0.7,"","medium";"","","low"},{"debt ratio","overdue days"}) -> {"medium";"high";"low"}
        =CR_TREE({"C";"K"},{"industry","label";"A; C","yes";"","no"},"industry","why") -> {"Rule 1: industry C (one of A, C): yes.";"Rule 2: no conditions: no."}

    Source:
        Decision tables: OMG, Decision Model and Notation 1.4, 2023 (first hit).
    """
    table = read_rules(rules)
    names = factor_names(values, factors, lang)
    placed = apply_rules(table, values, names)
    if out == "table":
        return _table(table, placed, lang)
    if out == "why":
        return _reasons(table, placed, values, names, lang)
    if out == "rate":
        return _rates(table, placed)
    if out == "rule":
        return by_rule(_rule_names(table), placed)
    return by_rule(table.rows["label"], placed)


# --- the rule table of a fit ----------------------------------------------------------------


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
            "rows": rows,
            "label_share": [float(share) for share in shares],
        }
    bad = [int(leaf.counts[1]) for leaf in leaves]
    rates = [float(count / n) for count, n in zip(bad, rows, strict=True)]
    average = sum(bad) / sum(rows)
    table = builtin("leaf_levels").rows if levels is None else levels
    return {
        "label": [_level(rate / average, table, lang) for rate in rates],
        "rows": rows,
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


def _report(sample: Sample, leaves: list[Leaf], lang: str) -> Whole:
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
        items += [
            (Words("bad", "坏样本数"), sample.counts[1]),
            (Words("bad rate", "坏样本率"), sample.counts[1] / len(sample.classes)),
            (Words("AUC on this sample", "本样本 AUC"), _auc(counts[:, 1], counts[:, 0])),
        ]
    right = float(counts.max(axis=1).sum() / counts.sum())
    items.append((Words("accuracy on this sample", "本样本准确率"), right))
    return report_table(items, lang)


def _auc(bad: Any, good: Any) -> float:
    """Chance that a bad row has a rule with a higher bad rate than a good row; ties count half."""
    order = np.argsort(bad / (bad + good), kind="stable")
    rate = (bad / (bad + good))[order]
    _, group = np.unique(rate, return_inverse=True)
    bads = np.bincount(group, weights=bad[order])
    goods = np.bincount(group, weights=good[order])
    below = np.cumsum(goods) - goods
    return float((bads * (below + goods / 2)).sum() / (bads.sum() * goods.sum()))


# --- what a customer's rule says ------------------------------------------------------------


def _rule_names(table: RuleTable) -> list[int | str]:
    """Rule numbers as numbers where they are."""
    names = [rule.name for rule in table.rules]
    return [int(name) if name.isdecimal() else name for name in names]


def _rates(table: RuleTable, placed: Placed) -> FloatArray | TextArray:
    rates = np.append(table.rows["bad_rate"].to_numpy(dtype=np.float64), 0.0)
    lacking = np.flatnonzero(np.isnan(rates))
    used = lacking[np.isin(lacking, placed.rule)]
    if len(used):
        name = table.rules[int(used[0])].name
        raise CallError(
            "rules",
            Words(f"a blank bad_rate in rule {name}", f"规则 {name} 的坏样本率为空"),
            Words("a table with a bad rate in each rule", "每条规则都有坏样本率的表"),
        )
    return (
        faulty(rates[placed.rule], placed.faults.items()) if placed.faults else rates[placed.rule]
    )


def _table(table: RuleTable, placed: Placed, lang: str) -> pd.DataFrame:
    columns: dict[tuple[str, str], Iterable[Any]] = {
        ("rule", "规则"): _rule_names(table),
        ("conditions", "条件"): [_rule_words(table, i, lang) for i in range(len(table.rules))],
        ("label", "标签"): table.rows["label"],
        ("bad_rate", "坏样本率"): blank_nan(table.rows["bad_rate"].to_numpy(dtype=np.float64)),
        ("rows", "样本数"): blank_nan(table.rows["rows"].to_numpy(dtype=np.float64)),
    }
    return pd.DataFrame(
        {pair[lang == "zh"]: by_rule(column, placed) for pair, column in columns.items()},
        dtype=object,
    )


def _rule_words(table: RuleTable, place: int, lang: str) -> str:
    conditions = [condition.in_words(lang) for condition in table.rules[place].conditions]
    if not conditions:
        return "不设条件" if lang == "zh" else "no conditions"
    return ("；" if lang == "zh" else "; ").join(conditions)


def _reasons(
    table: RuleTable, placed: Placed, values: list[Mixed], names: list[str], lang: str
) -> TextArray:
    columns = {factor: column_in(factor, values, names) for factor in table.factors}
    reasons = np.empty(len(placed.rule), dtype=object)
    reasons[:] = [
        placed.faults[row] if row in placed.faults else _reason(table, place, columns, row, lang)
        for row, place in enumerate(placed.rule.tolist())
    ]
    return reasons


def _reason(table: RuleTable, place: int, columns: dict[str, Mixed], row: int, lang: str) -> str:
    zh = lang == "zh"
    rule = table.rules[place]
    facts = []
    for condition in rule.conditions:
        shown = _shown(columns[condition.factor].block.cells[row], lang)
        asked = condition.in_words(lang).removeprefix(condition.factor).strip()
        if not condition.bounds and len(condition.listed.shown) == 1:
            asked = ""
        brackets = f"（{asked}）" if zh else f" ({asked})"
        fact = joined(condition.factor, shown) if zh else f"{condition.factor} {shown}"
        facts.append(fact + brackets if asked else fact)
    text = ("；" if zh else "; ").join(facts) or _rule_words(table, place, lang)
    label = str(table.rows["label"].iloc[place])
    told = _experience(table, place, lang)
    if zh:
        return joined("规则", rule.name, "：", text, "，归为“", label, "”", told, "。")
    return f"Rule {rule.name}: {text}: {label}{told}."


def _shown(cell: Any, lang: str) -> str:
    if cell is None or cell != cell or (isinstance(cell, str) and not cell.strip()):  # noqa: PLR0124 - NaN
        return "缺失" if lang == "zh" else "missing"
    if isinstance(cell, str):
        return cell.strip()
    return f"{cell:.10g}" if isinstance(cell, int | float | np.number) else shorten(cell)


def _experience(table: RuleTable, place: int, lang: str) -> str:
    """How customers of the rule fared in the sample, where the table says it."""
    rows, rate = table.rows["rows"].iloc[place], table.rows["bad_rate"].iloc[place]
    if math.isnan(rows) or math.isnan(rate):
        return ""
    if lang == "zh":
        return f"；历史样本 {rows:.0f} 户，坏样本率 {rate:.1%}"
    return f" ({rate:.1%} of {rows:.0f} customers in the sample were bad)"
