"""Questionnaires scored: weighted points, missing answers, contradictions, and a band."""

from __future__ import annotations

import math
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Mixed, faulty
from udfs.chinese import joined
from udfs.errors import CallError, Words, shorten
from udfs.kinds import (
    PROBABILITY,
    Choice,
    FloatArray,
    Grid,
    Language,
    Number,
    Table,
    TextArray,
    TextList,
)
from udfs.labels import IndexArray, blank_nan
from udfs.qualitative.ordinal_scales import OrdinalScales, read_scales
from udfs.qualitative.questionnaire_scoring import DECIMALS, Scored, score_answers, weighted_mean
from udfs.qualitative.questionnaire_table import (
    Question,
    Questionnaire,
    question_columns,
    read_questions,
)
from udfs.tables import builtin

_SHOWN_COSTS: Final = 3
_MISSING: Final = Choice({"error": ("错误",), "reweight": ("重新加权",), "worst": ("最差",)})
_OUTPUTS: Final = Choice(
    {
        "value": ("score", "值", "得分"),
        "label": ("band", "档次"),
        "advice": ("建议",),
        "why": ("reason", "原因", "理由"),
        "check": ("矛盾", "检查"),
        "table": ("all", "明细", "表"),
        "points": ("分值",),
    }
)
Bands = Annotated[pd.DataFrame, Table(builtin="questionnaire_bands")]


@udf(
    "CR_QSCORE",
    family="qualitative",
    zh="""问卷评分：各题答案按量表换成分值，加权得到 0 至 100 的得分与档次。

    内置四份问卷，可用名称指定：questionnaire_management 管理水平（默认）、questionnaire_funding_urgency 资金需求紧急程度、questionnaire_willingness_to_repay 还款意愿、questionnaire_risk_tolerance 风险承受能力。题目与可填答案见 CR_QFORM。

    参数：
        answers: 每行一位客户、每列一题的答案区域，文字或数字。
        questionnaire: 问卷名称，或问卷表：题号、权重、量表等，每题一行；默认为内置表 questionnaire_management。
        questions: answers 各列的题号或题目名称；省略时列序与问卷一致。
        missing: 未答的题："error" 该行报错（默认）；"reweight" 其权重分摊至其余题；"worst" 按最差答案计。
        minimum_answered: 用 "reweight" 时，已答题目的权重占比下限，默认 0.7。
        scales: 量表的表；默认为内置表 ordinal_scales。
        bands: 档次表；默认为内置表 questionnaire_bands。
        out: "value" 得分（默认）；"label" 档次；"advice" 建议；"why" 失分最多的题；"check" 相互矛盾的答案；"table" 各部分得分；"points" 各题分值。
        lang: 文字的语言，"en" 或 "zh"。
    结果：
        每行一个 0 至 100 的得分（或文本）；没有矛盾的答案时 "check" 为空。
    错误：
        未答且 missing 为 "error"，或已答占比不足，为 #N/A，并列出题目；无法识别的答案为 #VALUE!，并列出可填的答案。
    来源：
        题目、权重与分值为 creditcells 默认，见 CR_POLICY("questionnaire_management") 等。
    """,
)
def questionnaire_score(
    answers: Annotated[list[Mixed], Grid()],
    questionnaire: Questionnaire | None = None,
    questions: Annotated[list[str] | None, TextList()] = None,
    missing: Annotated[str, _MISSING] = "error",
    minimum_answered: Annotated[float, Number(bounds=PROBABILITY)] = 0.7,
    scales: OrdinalScales | None = None,
    bands: Bands | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Score a questionnaire: answers become points, weighted to a score of 0 to 100 and a band.

    Four questionnaires are built in, by name: questionnaire_management (default),
    questionnaire_funding_urgency, questionnaire_willingness_to_repay and
    questionnaire_risk_tolerance. CR_QFORM lists their questions and answers.

    Args:
        answers: Range with one row per customer and one column per question, texts or numbers.
        questionnaire: Name of a questionnaire, or its table: question, weight, scale and more, a
            row per question; default the built-in questionnaire_management.
        questions: Question of each column of answers, by code or name; if left out, they stand in
            the questionnaire's order.
        missing: A question not answered: "error" is the row's error (default); "reweight" spreads
            its weight over the others; "worst" counts it as the worst answer.
        minimum_answered: With "reweight", the least share of weight that must be answered, default
            0.7.
        scales: Table of scales; default the built-in ordinal_scales.
        bands: Table of bands; default the built-in questionnaire_bands.
        out: "value" the score (default); "label" its band; "advice" what to do; "why" the answers
            that cost most; "check" answers that contradict each other; "table" score by part;
            "points" points of each question.
        lang: Language of all texts, "en" or "zh".

    Returns:
        One score of 0 to 100 (or text) per row; "check" is blank where nothing contradicts.

    Errors:
        #N/A for a missing answer if missing is "error", or too few answers, with the questions;
        #VALUE! for an answer that the scale does not have, with those that it has.

    Example:
        =CR_QSCORE({12,"yes","none","good","strong","rarely","often","good"}) -> 85.75
        =CR_QSCORE({"within 7 days","A","penalties or lost orders","1 to 3 months","none","none"},"questionnaire_funding_urgency",,,,,,"label","zh") -> "非常紧急"

    Source:
        Questions, weights and points are a creditcells default, see
        CR_POLICY("questionnaire_management") and its like.
    """
    table = builtin("questionnaire_management").rows if questionnaire is None else questionnaire
    form = read_questions(table, read_scales(scales))
    scored = score_answers(
        form, question_columns(form, answers, questions), missing, minimum_answered
    )
    faults = scored.faults
    if out == "value":
        return faulty(scored.score, faults.items()) if faults else scored.score
    if out == "points":
        columns = zip(form, scored.points.T, strict=True)
        return pd.DataFrame(
            {q.labels[lang]: faulty(blank_nan(p), faults.items()) for q, p in columns}, dtype=object
        )
    if out == "check":
        return faulty(_checks(form, scored, lang), faults.items())
    levels = _bands(table, bands)
    place = _band_of(scored.score, levels)
    if out in ("label", "advice"):
        texts = levels[f"{out}_{lang}"].to_numpy(dtype=object)[place]
        return faulty(texts, faults.items())
    labels = levels[f"label_{lang}"].to_numpy(dtype=object)[place]
    if out == "table":
        return _table(form, scored, labels, lang)
    reasons = _reasons(form, scored, labels, _checks(form, scored, lang), missing, lang)
    return faulty(reasons, faults.items())


@udf(
    "CR_QFORM",
    family="qualitative",
    zh="""输出问卷的题目与可填答案，用于制作问卷或下拉列表。

    参数：
        questionnaire: 问卷名称，如 questionnaire_risk_tolerance，或问卷表；默认为内置表 questionnaire_management。
        scales: 量表的表；默认为内置表 ordinal_scales。
        lang: 题目与答案的语言，"en" 或 "zh"。
    结果：
        每题一行：题号、部分、题目、可填答案（以分号分隔）、权重占比。
    错误：
        没有该问卷，或量表不存在，为 #VALUE!。
    来源：
        creditcells 默认，见 CR_POLICY("questionnaire_management") 等。
    """,
)
def questionnaire_form(
    questionnaire: Questionnaire | None = None,
    scales: OrdinalScales | None = None,
    lang: Language = "en",
) -> Whole:
    """The questions of a questionnaire with the answers that may be given, to make a form.

    Args:
        questionnaire: Name of a questionnaire such as questionnaire_risk_tolerance, or its table;
            default the built-in questionnaire_management.
        scales: Table of scales; default the built-in ordinal_scales.
        lang: Language of questions and answers, "en" or "zh".

    Returns:
        A row per question: code, part, question, answers with semicolons between, share of weight.

    Errors:
        #VALUE! for an unknown questionnaire or scale.

    Example:
        =CR_QFORM({"question","text_zh","weight","scale";"q1","管理如何？",2,"quality"},,"zh") -> {"题号","部分","题目","答案","权重";"q1","","管理如何？","优；良；中；差",1}

    Source:
        creditcells default, see CR_POLICY("questionnaire_management") and its like.
    """
    table = builtin("questionnaire_management").rows if questionnaire is None else questionnaire
    form = read_questions(table, read_scales(scales))
    total = sum(question.weight for question in form)
    rows = [
        [q.code, q.parts[lang] or None, q.texts[lang], q.allowed(lang), q.weight / total]
        for q in form
    ]
    headers = {
        "en": ["question", "part", "text", "answers", "weight"],
        "zh": ["题号", "部分", "题目", "答案", "权重"],
    }[lang]
    return Whole(pd.DataFrame(rows, columns=headers, dtype=object))


# --- bands ----------------------------------------------------------------------------------


def _bands(table: pd.DataFrame, bands: pd.DataFrame | None) -> pd.DataFrame:
    """The bands of a questionnaire, or those for any, the highest first.

    Raises:
        CallError: there are none, or the lowest has a limit.
    """
    rows = builtin("questionnaire_bands").rows if bands is None else bands
    name = str(table["questionnaire"].iloc[0]).casefold()
    keys = rows["questionnaire"].str.casefold()
    own = rows[keys == name]
    chosen = own if len(own) else rows[keys == ""]
    if not len(chosen) or not chosen["lower"].isna().any():
        raise CallError(
            "bands",
            Words(f"no lowest band for {shorten(name)}", f"{shorten(name)} 没有最低档"),
            Words("bands of which the last has a blank lower limit", "最后一档下限留空的档次表"),
        )
    return chosen.sort_values("lower", ascending=False, na_position="last", kind="stable")


def _band_of(score: FloatArray, bands: pd.DataFrame) -> IndexArray:
    """The first band whose lower limit each score reaches."""
    lower = np.nan_to_num(bands["lower"].to_numpy(dtype=np.float64), nan=-math.inf)
    reached = np.nan_to_num(score)[:, None] >= lower
    place: IndexArray = reached.argmax(axis=1)
    return place


# --- words ----------------------------------------------------------------------------------


def _checks(form: list[Question], scored: Scored, lang: str) -> TextArray:
    """The answers of each row that contradict each other; None where none do."""
    places = {question.code.casefold(): place for place, question in enumerate(form)}
    found: list[list[str]] = [[] for _ in range(len(scored.score))]
    for place, question in enumerate(form):
        if not question.contradicts:
            continue
        other = places[question.contradicts.casefold()]
        first, second = scored.points[:, place], scored.points[:, other]
        for row in np.flatnonzero(np.abs(first - second) >= question.gap).tolist():
            pair = (question.labels[lang], first[row], form[other].labels[lang], second[row])
            found[row].append(_contradiction(*pair, lang))
    mark = "；" if lang == "zh" else "; "
    texts = np.empty(len(found), dtype=object)
    texts[:] = [mark.join(each) or None for each in found]
    return texts


def _contradiction(first: str, a: float, second: str, b: float, lang: str) -> str:
    if lang == "zh":
        return joined(f"“{first}”（{a:g} 分）与“{second}”（{b:g} 分）矛盾")
    return f"{first} ({a:g} points) contradicts {second} ({b:g})"


def _reasons(
    form: list[Question],
    scored: Scored,
    labels: TextArray,
    checks: TextArray,
    missing: str,
    lang: str,
) -> TextArray:
    whole = scored.weights.sum(axis=1, keepdims=True)
    best = np.array([question.best for question in form])
    cost = (best - np.nan_to_num(scored.counted)) * scored.weights / np.where(whole > 0, whole, 1.0)
    reasons = np.empty(len(labels), dtype=object)
    for row in range(len(labels)):
        order = np.argsort(-cost[row], kind="stable")[:_SHOWN_COSTS].tolist()
        dear = [(form[j], float(cost[row, j])) for j in order if cost[row, j] > 0]
        gone = [q for q, given in zip(form, scored.answered[row], strict=True) if not given]
        facts = (float(scored.score[row]), str(labels[row]), dear, gone, checks[row])
        reasons[row] = _sentence_zh(*facts, missing) if lang == "zh" else _sentence(*facts, missing)
    return reasons


def _sentence(
    score: float,
    label: str,
    dear: list[tuple[Question, float]],
    gone: list[Question],
    check: str | None,
    missing: str,
) -> str:
    costs = ", ".join(f"{question.labels['en']} -{cost:.3g}" for question, cost in dear)
    text = f"Score {score:.4g} of 100, {label}"
    text += f"; cost most: {costs} points." if costs else "; every answer is the best."
    if gone:
        how = "its weight spread over the others" if missing == "reweight" else "counted as worst"
        text += f" Not answered, {how}: {', '.join(question.labels['en'] for question in gone)}."
    return f"{text} {check}." if check else text


def _sentence_zh(
    score: float,
    label: str,
    dear: list[tuple[Question, float]],
    gone: list[Question],
    check: str | None,
    missing: str,
) -> str:
    costs = "、".join(joined(question.labels["zh"], f"-{cost:.3g}") for question, cost in dear)
    text = f"得分 {score:.4g}（满分 100），{label}"
    text += f"；失分最多：{costs} 分。" if costs else "；各题均为最优答案。"
    if gone:
        how = "其权重分摊至其余题" if missing == "reweight" else "按最差答案计"
        text += f"未答（{how}）：{'、'.join(question.labels['zh'] for question in gone)}。"
    return f"{text}{check}。" if check else text


def _table(form: list[Question], scored: Scored, labels: TextArray, lang: str) -> pd.DataFrame:
    """The score of each part, the share answered, the score and its band."""
    zh = lang == "zh"
    columns: dict[str, Any] = {}
    parts = dict.fromkeys(question.parts[lang] for question in form)
    for part in parts:
        inside = [j for j, question in enumerate(form) if question.parts[lang] == part]
        if part:
            scores = weighted_mean(scored.counted[:, inside], scored.weights[:, inside])
            columns[part] = blank_nan(scores)
    weight = np.array([question.weight for question in form])
    share = np.where(scored.answered, weight / weight.sum(), 0.0).sum(axis=1)
    columns["已答占比" if zh else "answered"] = np.round(share, DECIMALS)
    columns["得分" if zh else "score"] = blank_nan(scored.score)
    columns["档次" if zh else "band"] = labels
    columns["矛盾" if zh else "contradictions"] = _checks(form, scored, lang)
    return pd.DataFrame(
        {header: faulty(cells, scored.faults.items()) for header, cells in columns.items()},
        dtype=object,
    )
