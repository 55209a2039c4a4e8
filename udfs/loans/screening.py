"""Admission: whether a customer passes the four-factor loan screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults, Mixed
from udfs.errors import CallError, Words, column_of
from udfs.kinds import FloatArray, Grid, Language, Table, TextArray, TextList
from udfs.loans.field_columns import FieldColumns, FieldTable, columns_by_header, columns_in_order
from udfs.loans.loan_classes import CLASS_OUTPUTS
from udfs.loans.shown_rows import shown, shown_table
from udfs.loans.word_lists import word_pattern
from udfs.read_once import read_once
from udfs.records import record
from udfs.tables import builtin

ScreeningRules = Annotated[pd.DataFrame, Table(builtin="screening_rules")]
Levels = npt.NDArray[np.int8]
_PASS, _REVIEW, _REJECT = range(3)
_CODES: Final = np.array(["pass", "review", "reject"], dtype=object)
_ANSWERS: Final = {
    "en": np.array(["pass", "review", "reject"], dtype=object),
    "zh": np.array(["通过", "复核", "拒绝"], dtype=object),
}
_LIMITS: Final = ("reject_below", "refer_below", "refer_above", "reject_above")


@udf(
    "CR_SCREEN",
    family="loans",
    zh="""贷款准入：按财务状况、还款能力、抵押物、行业风险四个因素判断通过、复核或拒绝，并列明原因。

    任一字段拒绝即拒绝，否则任一字段复核即复核。空白的字段与没有任何字段的因素一律复核，不会视为通过。

    参数：
        customer: 每个客户一行、每个字段一列的区域，数字与文本可混排。
        fields: customer 各列的列名，中文或英文；省略时列序与规则表一致。多余的列不参与判断。
        rules: 准入规则表，每个字段一行；默认为内置表 screening_rules。
        out: "value" 通过、复核或拒绝（默认）；"why" 原因；"table" 总体与各因素的结果；"code" 代码。
        lang: 结果、原因与表头的语言，"en" 或 "zh"。
    结果：
        每行一个结果：通过、复核或拒绝。
    错误：
        数字字段填了文字为 #VALUE!；单元格为错误值时显示该错误；没有任何规则中的字段时整个调用为 #VALUE!。
    来源：
        贷款资质四因素（财务状况、还款能力、抵押物、行业风险）；界限为 creditcells 默认，请换成本行准入标准，见
        CR_POLICY("screening_rules")。
    """,
)
def screen(
    customer: Annotated[list[Mixed], Grid()],
    fields: Annotated[list[str] | None, TextList()] = None,
    rules: ScreeningRules | None = None,
    out: Annotated[str, CLASS_OUTPUTS] = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """Loan screen: pass, review or reject by financial condition, repayment, collateral, industry.

    One field that rejects is enough to reject; else one that asks for a review, to review. A blank
    cell and a factor without any field ask for a review: what is not known never passes.

    Args:
        customer: Range with one row per customer and one column per field, numbers and text mixed.
        fields: Headers of customer's columns in either language; if left out, they stand in the
            order of the rules. Further columns are not used.
        rules: Admission rules, a row per field; default the built-in screening_rules.
        out: "value" pass, review or reject (default); "why" the reasons; "table" the result and
            that of each factor; "code".
        lang: Language of result, reasons and headers, "en" or "zh".

    Returns:
        One result per row: pass, review or reject.

    Errors:
        #VALUE! where a number is a text; an error cell shows its own error; the call is #VALUE!
        if no column is a field of the rules.

    Example:
        =CR_SCREEN({0.55,3,1.2,"medium";0.75,3,1.2,"low";0.55,0.8,1.2,"low"},{"debt ratio","interest cover","collateral ratio","industry risk"}) -> {"pass";"review";"reject"}
        =CR_SCREEN({0.75,0.8,1.2},{"资产负债率","利息保障倍数","抵质押覆盖率"},,"why") -> "reject: Repayment ability: Interest cover 0.8 (below 1). Also for review: Financial condition: Debt ratio 0.75 (above 0.7); Industry risk: nothing given."

    Source:
        Four factors of loan qualification: financial condition, repayment ability, collateral and
        industry risk; the limits are creditcells defaults, to be replaced by your bank's policy,
        see CR_POLICY("screening_rules").
    """
    read = _read_rules(builtin("screening_rules").rows if rules is None else rules)
    table = FieldTable(_field_rows(read))
    if fields is None:
        columns = columns_in_order(customer, [[rule.field for rule in read]], table, "customer")
    else:
        columns = columns_by_header(customer, fields, table, "fields")
    used = [rule for rule in read if columns.has(rule.field)]
    if not used:
        names = "、".join(rule.names[lang] for rule in read)
        allowed = Words(
            f"headers of which some are fields of the rules ({names})",
            f"含有规则中字段的列名（{names}）",
        )
        raise CallError("fields", Words("none of them", "没有这些字段"), allowed)
    screened = _Screened(read, columns, [_judge(rule, columns) for rule in used], used)
    faults = screened.faults()
    level = screened.level()
    if out in ("value", "code"):
        return shown((_CODES if out == "code" else _ANSWERS[lang])[level], faults)
    if out == "table":
        factors = screened.factors()
        headers = [
            "准入结果" if lang == "zh" else "result",
            *(names[lang] for names in factors.values()),
        ]
        parts = [_ANSWERS[lang][screened.of_factor(factor)] for factor in factors]
        return shown_table(headers, [_ANSWERS[lang][level], *parts], faults)
    texts = [screened.reason(row, lang) for row in range(columns.count)]
    return shown(np.array(texts, dtype=object), faults)


@record
class _Rule:
    """What a field must be.

    Attributes:
        factor: the factor it belongs to.
        factor_names: the factor's name by language.
        field: the field's name.
        names: its header by language.
        other_names: further headers.
        limits: reject_below, refer_below, refer_above, reject_above; NaN where there is none.
        refer_words: words that ask for a review.
        reject_words: words that reject.
    """

    factor: str
    factor_names: dict[str, str]
    field: str
    names: dict[str, str]
    other_names: str
    limits: dict[str, float]
    refer_words: str
    reject_words: str

    @property
    def is_text(self) -> bool:
        """Whether the field is a text."""
        return bool(self.refer_words or self.reject_words)


@record
class _Judged:
    """What a rule makes of each customer: the level, and whether the field is blank."""

    rule: _Rule
    level: Levels
    missing: BoolArray


@read_once
def _read_rules(table: pd.DataFrame) -> list[_Rule]:
    rules = []
    for row in table.to_dict("records"):
        limits = {name: float(row[name]) for name in _LIMITS}
        rule = _Rule(
            factor=row["aspect"],
            factor_names={lang: row[f"label_{lang}"] for lang in ("en", "zh")},
            field=row["field"],
            names={lang: row[f"field_{lang}"] for lang in ("en", "zh")},
            other_names=row["other_names"],
            limits=limits,
            refer_words=row["refer_words"],
            reject_words=row["reject_words"],
        )
        _check_rule(rule)
        rules.append(rule)
    names = [rule.field for rule in rules]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        allowed = Words("each field once", "每个字段只出现一次")
        raise CallError(column_of("rules", "field", "字段"), twice, allowed)
    return rules


def _check_rule(rule: _Rule) -> None:
    given = [limit for limit in rule.limits.values() if not np.isnan(limit)]
    where = column_of("rules", "field", "字段", rule.field)
    if bool(given) == rule.is_text:
        allowed = Words("a field with limits or with words", "仅设界限或仅设取值的字段")
        shown_as = Words("both", "两者都有") if given else Words("neither", "两者都没有")
        raise CallError(where, shown_as, allowed)
    if given != sorted(given):
        allowed = Words(
            "limits in the order reject_below ≤ refer_below ≤ refer_above ≤ reject_above",
            "依次不减的拒绝下限、复核下限、复核上限、拒绝上限",
        )
        raise CallError(where, ", ".join(f"{limit:g}" for limit in given), allowed, code=errors.NUM)


def _field_rows(rules: list[_Rule]) -> pd.DataFrame:
    """The rules' fields as a table of fields."""
    return pd.DataFrame(
        {
            "field": [rule.field for rule in rules],
            "label_en": [rule.names["en"] for rule in rules],
            "label_zh": [rule.names["zh"] for rule in rules],
            "kind": ["text" if rule.is_text else "number" for rule in rules],
            "lower": np.nan,
            "upper": np.nan,
            "other_names": [rule.other_names for rule in rules],
        }
    )


def _judge(rule: _Rule, columns: FieldColumns) -> _Judged:
    level = np.full(columns.count, _PASS, dtype=np.int8)
    if rule.is_text:
        texts = columns.texts(rule.field)
        for words, result in ((rule.refer_words, _REVIEW), (rule.reject_words, _REJECT)):
            pattern = word_pattern(words)
            fits = [pattern.fullmatch(str(text).casefold()) is not None for text in texts.distinct]
            level[np.array([*fits, False], dtype=bool)[texts.codes]] = result
        missing = texts.blank
    else:
        values = columns.numbers(rule.field)
        level[_outside(values, rule.limits["refer_below"], rule.limits["refer_above"])] = _REVIEW
        level[_outside(values, rule.limits["reject_below"], rule.limits["reject_above"])] = _REJECT
        missing = np.isnan(values)
    level[missing] = _REVIEW
    return _Judged(rule, level, missing)


def _outside(values: FloatArray, below: float, above: float) -> BoolArray:
    """Which values are below or above limits; a limit that is NaN does not count."""
    outside: BoolArray = (values < below) | (values > above)
    return outside


@record
class _Screened:
    """The customers of a call with what every rule makes of them."""

    rules: list[_Rule]
    columns: FieldColumns
    judged: list[_Judged]
    used: list[_Rule]

    def factors(self) -> dict[str, dict[str, str]]:
        """The factors in the order of the rules, with their names."""
        return {rule.factor: rule.factor_names for rule in self.rules}

    def of_factor(self, factor: str) -> Levels:
        """The worst level of a factor's fields; review if it has none."""
        levels = [each.level for each in self.judged if each.rule.factor == factor]
        if not levels:
            return np.full(self.columns.count, _REVIEW, dtype=np.int8)
        worst: Levels = np.maximum.reduce(levels)
        return worst

    def level(self) -> Levels:
        """The worst level of all factors."""
        worst: Levels = np.maximum.reduce([self.of_factor(factor) for factor in self.factors()])
        return worst

    def faults(self) -> Faults:
        faults: Faults = {}
        for rule in reversed(self.used):
            faults |= self.columns.faults(rule.field)
        return faults

    def reason(self, row: int, lang: str) -> str:
        """What rejects a customer, and what asks for a review."""
        zh = lang == "zh"
        found = {level: list(self._obstacles(row, level, lang)) for level in (_REJECT, _REVIEW)}
        for factor, names in self.factors().items():
            if not any(rule.factor == factor for rule in self.used):
                nothing = "没有提供任何字段" if zh else "nothing given"
                found[_REVIEW].append(
                    f"{names[lang]}：{nothing}" if zh else f"{names[lang]}: {nothing}"
                )
        joint = "；" if zh else "; "
        rejects, reviews = (joint.join(found[level]) for level in (_REJECT, _REVIEW))
        words = _ANSWERS[lang]
        if rejects:
            also = (
                (f"另须复核：{reviews}。" if zh else f" Also for review: {reviews}.")
                if reviews
                else ""
            )
            return (
                f"{words[_REJECT]}：{rejects}。{also}"
                if zh
                else f"{words[_REJECT]}: {rejects}.{also}"
            )
        if reviews:
            return f"{words[_REVIEW]}：{reviews}。" if zh else f"{words[_REVIEW]}: {reviews}."
        return f"{words[_PASS]}：全部字段通过。" if zh else f"{words[_PASS]}: every field passes."

    def _obstacles(self, row: int, level: int, lang: str) -> Iterator[str]:
        zh = lang == "zh"
        for each in self.judged:
            if each.level[row] != level:
                continue
            factor, name = each.rule.factor_names[lang], each.rule.names[lang]
            if each.missing[row]:
                state = f"缺少{name}" if zh else f"{name} is missing"
            else:
                value = self.columns.shown(each.rule.field, row)
                state = f"{name} {value}{self._limit(each.rule, row, level, lang)}"
            yield f"{factor}：{state}" if zh else f"{factor}: {state}"

    def _limit(self, rule: _Rule, row: int, level: int, lang: str) -> str:
        """The limit that a number passes, in brackets; nothing for a word."""
        if rule.is_text:
            return ""
        value = self.columns.numbers(rule.field)[row]
        name = "reject" if level == _REJECT else "refer"
        below, above = rule.limits[f"{name}_below"], rule.limits[f"{name}_above"]
        if value < below:
            return f"（低于 {below:g}）" if lang == "zh" else f" (below {below:g})"
        return f"（高于 {above:g}）" if lang == "zh" else f" (above {above:g})"
