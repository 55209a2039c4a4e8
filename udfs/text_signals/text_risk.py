"""Risk signals of notes, news and call reports: points, warning colour and quoted evidence."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.chinese import joined
from udfs.errors import CallError, Words, column_of
from udfs.kinds import Choice, FloatArray, Keys, Language, Table, TextArray, Texts
from udfs.labels import once_each, spread
from udfs.records import record
from udfs.tables import builtin
from udfs.text_signals.lexicon import Lexicon, Modifiers, Vocabulary, vocabulary
from udfs.text_signals.matching import Signal, signals_of

TextWarnings = Annotated[pd.DataFrame, Table(builtin="text_warnings")]

_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果", "points", "分值"),
        "warning": ("预警", "colour", "颜色"),
        "code": ("代码",),
        "why": ("reason", "原因", "理由"),
        "evidence": ("证据", "原文"),
        "table": ("all", "明细", "表"),
    }
)
_HEADERS: Final = {
    "en": ("points", "warning", "signals", "not counted", "topics", "evidence"),
    "zh": ("分值", "预警", "信号数", "未计数", "主题", "原文"),
}
_LIST_HEADERS: Final = {
    "en": ("text", "term", "topic", "context", "points", "evidence"),
    "zh": ("文本", "词语", "主题", "上下文", "分值", "原文"),
}
_SEPARATOR: Final = {"en": "; ", "zh": "；"}


@record
class _Rules:
    """The words and colours of a call."""

    words: Vocabulary
    codes: list[str]
    labels: dict[str, list[str]]
    cuts: FloatArray


@record
class _Reading:
    """What one text says.

    Attributes:
        points: those of its risk words together, each word once.
        place: its colour, as a row of the table of warnings.
        counted: the signals that count, each word once.
        left: the signals that do not.
    """

    points: float
    place: int
    counted: list[Signal]
    left: list[Signal]


@udf(
    "CR_TEXTRISK",
    family="text_signals",
    zh="""从备注、新闻、走访报告等文字中查找风险信号，给出分值、预警颜色与原文依据。

    中文按词识别（“违约金”不算“违约”），同一分句内的否定、假设、已解除、历史、他人等情形予以区分：
    “未发生逾期”不计分，“可能亏损”减半，“已撤诉”只计四分之一。同一词语只计一次。

    参数：
        text: 文字，每格一段，中英文均可。
        lexicon: 风险词表；默认为内置表 risk_lexicon。
        modifiers: 修饰词表（否定、假设等）；默认为内置表 text_modifiers。
        warnings: 各预警颜色的分值下限；默认为内置表 text_warnings。
        out: "value" 分值（默认）；"warning" 预警颜色；"code" 颜色代码；"why" 理由；"evidence" 原文依据；
            "table" 全部。
        lang: 颜色、理由与表头的语言，"en" 或 "zh"。
    结果：
        与 text 同形的分值或文本；没有风险词为 0 分、绿色。
    错误：
        词表中词语重复，或分值、位置、范围不合规定，整个调用为错误。
    来源：
        分句内的否定判断参照 NegEx 规则（Chapman 等，2001），分词用 jieba；词库与分值为 creditcells 默认，
        见 CR_POLICY("risk_lexicon","source","zh")。
    """,
)
def text_risk(
    text: Annotated[TextArray, Texts()],
    lexicon: Lexicon | None = None,
    modifiers: Modifiers | None = None,
    warnings: TextWarnings | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Risk signals in a note, a news item or a call report: points, warning colour, quoted evidence.

    Chinese is read word by word (违约金 is not 违约). Within a clause, what is negated does not
    count, what is only possible, past or about others counts half, what is resolved a quarter.
    Each word counts once in a text.

    Args:
        text: Text in English or Chinese, one per cell.
        lexicon: Table of risk words; default the built-in risk_lexicon.
        modifiers: Table of negations and other words that change a risk word; default the
            built-in text_modifiers.
        warnings: Points from which each warning colour holds; default the built-in text_warnings.
        out: "value" the points (default); "warning" the colour; "code" its code; "why" the
            reason; "evidence" the quotes; "table" everything.
        lang: Language of colour, reason and headers, "en" or "zh".

    Returns:
        Points or text in the shape of text; 0 and green where there is no risk word.

    Errors:
        The whole call fails where a table has a word twice, or points, place or reach that are
        not allowed.

    Example:
        =CR_TEXTRISK("The company has not defaulted, but its accounts were frozen.") -> 4
        =CR_TEXTRISK({"未发生逾期";"多次被起诉"},,,,"warning","zh") -> {"绿色";"黄色"}

    Source:
        Negation within the clause after the NegEx rule (Chapman et al., 2001), words by jieba;
        lexicon and points: creditcells default, see CR_POLICY("risk_lexicon","source").
    """
    rules = _rules(lexicon, modifiers, warnings)
    codes, readings = once_each(text, lambda one: _read(one, rules))
    if out == "table":
        return _table(codes, readings, rules, lang)
    if out == "value":
        return np.array([one.points for one in readings], dtype=np.float64)[codes]
    shown = {
        "warning": lambda one: rules.labels[lang][one.place],
        "code": lambda one: rules.codes[one.place],
        "why": lambda one: _reason(one, rules, lang),
        "evidence": lambda one: _evidence(one, lang),
    }[out]
    return spread(codes, map(shown, readings))


@udf(
    "CR_TEXTSIGNALS",
    family="text_signals",
    zh="""全部文字：逐条列出找到的风险词、所在主题、上下文情形、分值与原文，供核对。

    参数：
        text: 文字，每格一段，中英文均可；须传入整个区域。
        keys: 每段文字的编号或客户编号；默认为行号。
        lexicon: 风险词表；默认为内置表 risk_lexicon。
        modifiers: 修饰词表；默认为内置表 text_modifiers。
        lang: 主题、情形与表头的语言，"en" 或 "zh"。
    结果：
        表：文本（编号）、词语、主题、上下文、分值、原文；每个风险词一行，不计分的也列出。
    错误：
        词表不合规定，整个调用为错误。
    来源：
        同 CR_TEXTRISK。
    """,
)
def text_signals(
    text: Annotated[TextArray, Texts()],
    keys: Annotated[TextArray | None, Keys()] = None,
    lexicon: Lexicon | None = None,
    modifiers: Modifiers | None = None,
    lang: Language = "en",
) -> Whole:
    """All texts together: every risk word found, with topic, context, points and quote, to check.

    Args:
        text: Text in English or Chinese, one per cell; the whole range.
        keys: What identifies each text, such as the customer; by default its number in the range.
        lexicon: Table of risk words; default the built-in risk_lexicon.
        modifiers: Table of negations and other words that change a risk word; default the
            built-in text_modifiers.
        lang: Language of topic, context and headers, "en" or "zh".

    Returns:
        Table: text (its key), term, topic, context, points, evidence; a row per risk word, those
        that do not count too.

    Errors:
        The whole call fails where a table is not as allowed.

    Example:
        =CR_TEXTSIGNALS("Two lawsuits.","C1") -> {"text","term","topic","context","points","evidence";"C1","lawsuits","Litigation","",3,"Two lawsuits"}

    Source:
        As CR_TEXTRISK.
    """
    words = _vocabulary(lexicon, modifiers)
    names = np.arange(1, len(text) + 1) if keys is None else keys
    codes, found = once_each(text, lambda one: signals_of(one, words))
    rows = [
        (names[row], *_listed(signal, lang))
        for row, code in enumerate(codes)
        for signal in found[code]
    ]
    return Whole(pd.DataFrame(rows, columns=list(_LIST_HEADERS[lang]), dtype=object))


def _listed(signal: Signal, lang: str) -> tuple[str, str, str, float, str]:
    side = 1 if lang == "zh" else 0
    context = _context(signal, lang) if signal.reason else ""
    return signal.found, signal.term.labels[side], context, signal.points, signal.quote


def _vocabulary(lexicon: pd.DataFrame | None, modifiers: pd.DataFrame | None) -> Vocabulary:
    words = builtin("risk_lexicon").rows if lexicon is None else lexicon
    changing = builtin("text_modifiers").rows if modifiers is None else modifiers
    return vocabulary(words, changing)


def _rules(
    lexicon: pd.DataFrame | None, modifiers: pd.DataFrame | None, warnings: pd.DataFrame | None
) -> _Rules:
    table = builtin("text_warnings").rows if warnings is None else warnings
    cuts = table["points"].to_numpy(dtype=np.float64)
    if (np.diff(cuts) <= 0).any() or cuts[0] > 0:
        raise CallError(
            column_of("warnings", "points", "分值"),
            ", ".join(f"{cut:g}" for cut in cuts),
            Words("0 and then ascending", "由 0 起递增的数字"),
        )
    labels = {lang: list(table[f"label_{lang}"]) for lang in ("en", "zh")}
    return _Rules(_vocabulary(lexicon, modifiers), list(table["warning"]), labels, cuts)


def _read(text: str, rules: _Rules) -> _Reading:
    strongest: dict[str, Signal] = {}
    left = []
    for signal in signals_of(text, rules.words):
        before = strongest.get(signal.term.text)
        if not signal.points and not signal.hard:
            left.append(signal)
        elif before is None or signal.points > before.points:
            strongest[signal.term.text] = signal
    counted = list(strongest.values())
    points = sum(signal.points for signal in counted)
    place = int(np.searchsorted(rules.cuts, points, side="right")) - 1
    if any(signal.hard for signal in counted):
        place = len(rules.cuts) - 1
    return _Reading(points, place, counted, left)


def _context(signal: Signal, lang: str) -> str:
    """What the words around a risk word make of it, and the word that does."""
    if signal.reason is None:
        return ""
    label = signal.reason.labels[1 if lang == "zh" else 0]
    return f"{label}：{signal.reason.text}" if lang == "zh" else f"{label}: {signal.reason.text}"


def _reason(reading: _Reading, rules: _Rules, lang: str) -> str:
    colour = rules.labels[lang][reading.place]
    if not reading.counted and not reading.left:
        return f"{colour}：没有风险词。" if lang == "zh" else f"{colour}: no risk word."
    counted = _SEPARATOR[lang].join(_told(signal, lang) for signal in reading.counted)
    left = _SEPARATOR[lang].join(_told(signal, lang) for signal in reading.left)
    if lang == "zh":
        text = joined(colour, f"，{reading.points:g} 分", f"：{counted}" if counted else "", "。")
        return f"{text}不计分：{left}。" if left else text
    text = f"{colour}, {reading.points:g} points{': ' if counted else ''}{counted}."
    return f"{text} Not counted: {left}." if left else text


def _told(signal: Signal, lang: str) -> str:
    """One signal in a sentence: topic, quote, points, context."""
    topic = signal.term.labels[1 if lang == "zh" else 0]
    context = _context(signal, lang)
    if lang == "zh":
        notes = [f"{signal.points:g} 分", context, "直接触发" if signal.hard else ""]
        return f"{topic}“{signal.quote}”（{'，'.join(filter(None, notes))}）"
    notes = [f"{signal.points:g}", context, "hard trigger" if signal.hard else ""]
    return f"{topic.lower()} “{signal.quote}” ({', '.join(filter(None, notes))})"


def _evidence(reading: _Reading, lang: str) -> str:
    marks = ("「", "」") if lang == "zh" else ("“", "”")
    quotes = dict.fromkeys(signal.quote for signal in reading.counted)
    return _SEPARATOR[lang].join(f"{marks[0]}{quote}{marks[1]}" for quote in quotes)


def _table(codes: np.ndarray, readings: list[_Reading], rules: _Rules, lang: str) -> pd.DataFrame:
    side = 1 if lang == "zh" else 0
    rows = [
        (
            one.points,
            rules.labels[lang][one.place],
            len(one.counted),
            len(one.left),
            _SEPARATOR[lang].join(dict.fromkeys(s.term.labels[side] for s in one.counted)),
            _evidence(one, lang),
        )
        for one in readings
    ]
    table = pd.DataFrame(rows, columns=list(_HEADERS[lang]), dtype=object)
    return table.iloc[codes].reset_index(drop=True)
