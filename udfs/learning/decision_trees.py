"""Customers classified by a rule table: a fitted decision tree, or rules typed by hand."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs.catalogue import udf
from udfs.cells import Mixed, faulty
from udfs.chinese import joined
from udfs.errors import CallError, Words, shorten
from udfs.kinds import (
    Choice,
    FloatArray,
    Grid,
    Language,
    Table,
    TextArray,
    TextList,
)
from udfs.labels import blank_nan
from udfs.learning.decision_tree_first_hit import Placed, apply_rules, by_rule, column_in
from udfs.learning.decision_tree_rules import RULE_COLUMNS, RuleTable, read_rules
from udfs.learning.factor_columns import factor_names

_OUTPUTS: Final = Choice(
    {
        "value": ("label", "值", "标签"),
        "rate": ("bad_rate", "坏样本率"),
        "rule": ("规则",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
Rules = Annotated[pd.DataFrame, Table(columns=RULE_COLUMNS, further=True)]


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
        ("count", "样本数"): blank_nan(table.rows["count"].to_numpy(dtype=np.float64)),
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
    rows, rate = table.rows["count"].iloc[place], table.rows["bad_rate"].iloc[place]
    if math.isnan(rows) or math.isnan(rate):
        return ""
    if lang == "zh":
        return f"；历史样本 {rows:.0f} 户，坏样本率 {rate:.1%}"
    return f" ({rate:.1%} of {rows:.0f} customers in the sample were bad)"
