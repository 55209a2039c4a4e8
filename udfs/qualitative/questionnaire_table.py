"""The table of a questionnaire, read into questions."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np
import pandas as pd

from udfs.cells import Column, Faults, Mixed
from udfs.errors import CallError, Words, column_of
from udfs.kinds import FloatArray, Table
from udfs.qualitative.ordinal_scales import Scale, find_scale, place_answers
from udfs.read_once import read_once
from udfs.records import record

NUMBER = "number"
Questionnaire = Annotated[pd.DataFrame, Table(builtin="questionnaire_management")]


@record
class Question:
    """One question.

    Attributes:
        code: as in the table.
        labels: short name in English and Chinese.
        texts: the question in full.
        parts: the part it belongs to.
        weight: share of the score.
        scale: the answers; None for a number.
        is_reversed: whether the points are turned round.
        lower: number worth no points.
        upper: number worth all points.
        contradicts: question whose answer must not be too far away; empty if there is none.
        gap: difference in points from which the two contradict each other.
    """

    code: str
    labels: dict[str, str]
    texts: dict[str, str]
    parts: dict[str, str]
    weight: float
    scale: Scale | None
    is_reversed: bool
    lower: float
    upper: float
    contradicts: str
    gap: float

    @property
    def best(self) -> float:
        """Most points of the question."""
        return 100.0 if self.scale is None else self.scale.best

    @property
    def worst(self) -> float:
        """Least points of the question."""
        return 0.0 if self.scale is None else self.scale.worst

    def points(self, column: Mixed) -> tuple[FloatArray, Faults]:
        """Points of each answer, NaN where there is none, and the answers that are none."""
        if self.scale is None:
            numbers: Column = column.numbers()
            share = (numbers.values - self.lower) / (self.upper - self.lower)
            points, faults = 100 * np.clip(share, 0, 1), dict(numbers.faults)
        else:
            texts = column.texts()
            place, faults = place_answers(self.code, texts.values, self.scale)
            faults = dict(texts.faults) | faults
            points = np.array([*self.scale.points, np.nan])[place]
        return (self.best + self.worst - points if self.is_reversed else points), faults

    def allowed(self, lang: str) -> str:
        """The answers that may be given, in words."""
        if self.scale is not None:
            return ("；" if lang == "zh" else "; ").join(self.scale.answers(lang))
        return "数字" if lang == "zh" else "a number"


@read_once
def read_questions(table: pd.DataFrame, scales: dict[str, Scale]) -> list[Question]:
    """The questions of a table.

    Raises:
        CallError: a question stands twice, has no scale, or names a question that is not there.
    """
    questions = [_read(row, scales) for row in table.to_dict("records")]
    codes = [question.code.casefold() for question in questions]
    for question in questions:
        if codes.count(question.code.casefold()) > 1:
            raise CallError(
                column_of("questionnaire", "question", "题号"),
                Words(f"{question.code} twice", f"{question.code} 出现两次"),
                Words("each question once", "每题只出现一次"),
            )
        if question.contradicts and question.contradicts.casefold() not in codes:
            raise CallError(
                column_of("questionnaire", "contradicts", "矛盾题", question.code),
                question.contradicts,
                Words("a question of the same table", "同一表中的题号"),
            )
    if not sum(question.weight for question in questions) > 0:
        raise CallError(
            column_of("questionnaire", "weight", "权重"),
            Words("no weight above 0", "没有大于 0 的权重"),
            Words("weights of which at least one is above 0", "至少一个大于 0 的权重"),
        )
    return questions


def _read(row: dict[Any, Any], scales: dict[str, Scale]) -> Question:
    code = str(row["question"])
    labels = {lang: str(row[f"label_{lang}"]) or code for lang in ("en", "zh")}
    scale = None
    if str(row["scale"]).casefold() != NUMBER:
        where = column_of("questionnaire", "scale", "量表", code)
        scale = find_scale(scales, str(row["scale"]), where)
    elif not row["lower"] < row["upper"]:
        raise CallError(
            column_of("questionnaire", "lower", "下限", code),
            Words(
                f"lower {row['lower']:g} and upper {row['upper']:g}",
                f"下限 {row['lower']:g}、上限 {row['upper']:g}",
            ),
            Words("a lower limit below the upper one", "下限小于上限"),
        )
    if row["weight"] < 0:
        raise CallError(
            column_of("questionnaire", "weight", "权重", code),
            row["weight"],
            Words("a number at least 0", "不小于 0 的数字"),
        )
    gap = float(row["gap"])
    return Question(
        code=code,
        labels=labels,
        texts={lang: str(row[f"text_{lang}"]) or labels[lang] for lang in ("en", "zh")},
        parts={lang: str(row[f"part_{lang}"]) for lang in ("en", "zh")},
        weight=float(row["weight"]),
        scale=scale,
        is_reversed=row["reversed"] == 1,
        lower=float(row["lower"]),
        upper=float(row["upper"]),
        contradicts=str(row["contradicts"]),
        gap=100.0 if math.isnan(gap) else gap,
    )


def question_columns(
    questions: list[Question], answers: list[Mixed], names: list[str] | None
) -> list[Mixed]:
    """The column of each question, found by its name or, without names, by the order.

    Raises:
        CallError: a question has no column, or names and columns do not match.
    """
    codes = [question.code for question in questions]
    if names is None:
        if len(answers) != len(questions):
            raise CallError(
                "answers",
                Words(f"{len(answers)} columns", f"{len(answers)} 列"),
                Words(
                    f"{len(questions)} columns in the questionnaire's order ({', '.join(codes)}), or "
                    "columns named by the argument questions",
                    f"按问卷顺序的 {len(questions)} 列（{'、'.join(codes)}），或用参数 questions 给出题号",
                ),
            )
        return answers
    if len(names) != len(answers):
        raise CallError(
            "questions",
            Words(f"{len(names)} names", f"{len(names)} 个名称"),
            Words(
                f"one name for each of the {len(answers)} columns of answers",
                f"与 answers 的 {len(answers)} 列一一对应的名称",
            ),
        )
    return [answers[_place(question, names)] for question in questions]


def _place(question: Question, names: list[str]) -> int:
    known = {
        text.casefold()
        for text in (question.code, *question.labels.values(), *question.texts.values())
    }
    places = [place for place, name in enumerate(names) if name.casefold() in known]
    if len(places) == 1:
        return places[0]
    raise CallError(
        "questions",
        Words(", ".join(names), "、".join(names)),
        Words(
            f"names with {question.code} among them once",
            f"题号，其中“{question.code}”（{question.labels['zh']}）出现且仅出现一次",
        ),
    )
