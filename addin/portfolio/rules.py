"""What can be wrong with a row or a cell of a source, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be wrong.

    Attributes:
        labels: its short name, by language.
        messages: a sentence with ``{column}``, ``{value}`` and ``{allowed}``, by language.
    """

    labels: dict[str, str]
    messages: dict[str, str]


def _rule(en: str, zh: str, message_en: str, message_zh: str) -> Rule:
    return Rule({"en": en, "zh": zh}, {"en": message_en, "zh": message_zh})


RULES: Final[dict[str, Rule]] = {
    "row cut off": _rule(
        "Row cut off",
        "行被截断",
        "The file ends in the middle of this row ({allowed} fields expected): get it again in full.",
        "文件在本行中间结束（应有 {allowed} 个字段），请重新获取完整文件。",
    ),
    "quote not closed": _rule(
        "Quote not closed",
        "引号未闭合",
        "A quote is opened and never closed, so fields cannot be told apart ({allowed} expected).",
        "引号未闭合，无法区分字段（应有 {allowed} 个）。",
    ),
    "too many fields": _rule(
        "Too many fields",
        "字段过多",
        "The row has more fields than the header ({allowed}): its values have shifted.",
        "本行字段多于表头（{allowed} 个），数值已错位。",
    ),
    "too few fields": _rule(
        "Too few fields",
        "字段过少",
        "The row has fewer fields than the header ({allowed}): its values may have shifted.",
        "本行字段少于表头（{allowed} 个），数值可能错位。",
    ),
    "text in number": _rule(
        "Not a number",
        "不是数字",
        "{column} must be a number; {value} is none.",
        "{column} 应为数字，{value} 不是数字。",
    ),
    "not a date": _rule(
        "Not a date",
        "不是日期",
        "{column} must be a date; {value} is none with the year first, such as 2026-03-31, nor in a "
        "format that the mapping file states (dates).",
        "{column} 应为日期；{value} 不是年份在前的日期（如 2026-03-31、2026年3月31日），也不符合映射文件中 dates 所列格式。",
    ),
    "impossible date": _rule(
        "Impossible date",
        "日期不存在",
        "{column}: there is no such day as {value}.",
        "{column}：{value} 这一天不存在。",
    ),
    "not yes or no": _rule(
        "Not yes or no",
        "应为是或否",
        "{column} must be yes or no; {value} is neither.",
        "{column} 应为“是”或“否”，{value} 都不是。",
    ),
    "not an option": _rule(
        "Not an option",
        "不在选项中",
        "{column} must be one of {allowed}; got {value}.",
        "{column} 应为以下之一：{allowed}；实际为 {value}。",
    ),
    "division by zero": _rule(
        "Division by zero",
        "除数为零",
        "{column} cannot be computed: a divisor is 0.",
        "{column} 无法计算：除数为 0。",
    ),
    "missing": _rule(
        "Missing",
        "缺失",
        "{column} is blank; a row cannot be used without it.",
        "{column} 为空，缺少该项的行无法使用。",
    ),
    "duplicate id": _rule(
        "Duplicate ID",
        "编号重复",
        "{column} {value} stands already in row {allowed}; the first row counts.",
        "{column} {value} 已在第 {allowed} 行出现，以第一行为准。",
    ),
    "unknown customer": _rule(
        "Unknown customer",
        "客户不存在",
        "{column} {value} is not among the customers.",
        "{column} {value} 不在客户表中。",
    ),
    "negative": _rule(
        "Negative",
        "负数",
        "{column} must not be below {allowed}; got {value}.",
        "{column} 不得低于 {allowed}，实际为 {value}。",
    ),
    "out of bounds": _rule(
        "Out of bounds",
        "超出范围",
        "{column} must be {allowed}; got {value}. Check its unit.",
        "{column} 应 {allowed}，实际为 {value}；请检查单位。",
    ),
    "date out of bounds": _rule(
        "Date out of bounds",
        "日期超出范围",
        "{column} must be {allowed}; got {value}. Check its year.",
        "{column} 应 {allowed}，实际为 {value}；请检查年份。",
    ),
    "maturity before start": _rule(
        "Maturity before start",
        "到期日早于起始日",
        "The maturity {value} is before the start {allowed}.",
        "到期日 {value} 早于起始日 {allowed}。",
    ),
    "no consent": _rule(
        "No consent",
        "未获授权",
        "A natural person must have agreed to being scored (PIPL); {column} is not yes.",
        "自然人须同意评分（《个人信息保护法》），{column} 未填“是”。",
    ),
    "formula-like text": _rule(
        "Formula-like text",
        "类似公式的文本",
        "{column} holds {value}, which a spreadsheet could run as a formula; it stands as text.",
        "{column} 的内容 {value} 可能被当作公式执行，已按文本保存。",
    ),
    "control characters": _rule(
        "Control characters",
        "控制字符",
        "{column} holds characters that a cell cannot; each became a blank.",
        "{column} 含有单元格不允许的控制字符，已替换为空格。",
    ),
    "damaged text": _rule(
        "Damaged text",
        "文本损坏",
        "{column} holds bytes that are no text in the file's encoding: {value}.",
        "{column} 含有按文件编码无法识别的字节：{value}。",
    ),
    "text too long": _rule(
        "Text too long",
        "文本过长",
        "{column} is longer than a cell can hold (32,767 characters) and was cut.",
        "{column} 超过单元格上限（32,767 个字符），已截断。",
    ),
    "digits may be lost": _rule(
        "Digits may be lost",
        "数字位数可能丢失",
        "{column} is a number of more than 15 digits, {value}: its last digits may be wrong.",
        "{column} 为超过 15 位的数字 {value}，末几位可能有误。",
    ),
}

LEFT_OUT: Final = "row left out"
BLANKED: Final = "cell left blank"
KEPT: Final = "kept"
KEPT_AS_TEXT: Final = "kept as text"
UNTOUCHED: Final = "left as it is"

ACTIONS: Final = {
    LEFT_OUT: {"en": "Row left out", "zh": "整行剔除"},
    BLANKED: {"en": "Cell left blank", "zh": "单元格留空"},
    KEPT: {"en": "Kept", "zh": "保留"},
    KEPT_AS_TEXT: {"en": "Kept as text", "zh": "按文本保留"},
    UNTOUCHED: {"en": "Left as it is; correct it on the sheet", "zh": "原样保留，请在工作表中更正"},
}

KEEPS_THE_CELL: Final = {
    "formula-like text": KEPT_AS_TEXT,
    "control characters": KEPT,
    "damaged text": KEPT,
    "text too long": KEPT,
    "digits may be lost": KEPT,
    "no consent": KEPT,
}
"""What is done about rules that do not blank the cell."""
