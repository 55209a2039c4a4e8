"""Migration of customers between grades, from two snapshots."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column
from udfs.errors import CallError, Words
from udfs.keys import KeyColumn
from udfs.kinds import NOT_NEGATIVE, Choice, FloatArray, Keys, Language, Numbers, TextList
from udfs.monitoring.grade_lists import grade_list
from udfs.monitoring.migration_counts import WITHDRAWN_OPTIONS, MigrationCounts, count_moves
from udfs.monitoring.series_columns import refuse_faults, row_of

Grades = Annotated[KeyColumn, Keys(series="customers")]
Weights = Annotated[Column, Numbers(series="customers", bounds=NOT_NEGATIVE)]

MIGRATION_OUTPUTS: Final = Choice(
    {
        "value": ("probabilities", "值", "概率"),
        "counts": ("户数", "数量", "金额"),
        "summary": ("table", "汇总", "表"),
        "why": ("reason", "原因", "理由"),
    }
)


@udf(
    "CR_MIGRATE",
    family="monitoring",
    zh="""全体客户：两个时点之间的等级迁徙矩阵，行为期初等级，列为期末等级。

    期末空白、NR 或查找不到（#N/A）为退出，期初没有等级者为新增，均不计入矩阵；withdrawn 取 "column" 时退出单列，
    并计入分母。没有客户的等级，该行留空而不为零。

    参数：
        grade_begin: 每个客户的期初等级。
        grade_end: 每个客户的期末等级，与期初逐行对应。
        grades: 等级由好到差的列表，如五级分类；默认取两列中出现的等级，按等级表 grade_scale 排序。
        weights: 每个客户的金额，如期初余额；给出则按金额计，省略则按户数计。
        withdrawn: "exclude" 剔除退出客户（默认）；"column" 退出单列。
        out: "value" 概率矩阵（默认）；"counts" 户数或金额矩阵；"summary" 上调、不变、下调与流动性；"why" 一句话小结。
        lang: 表头与文字的语言，"en" 或 "zh"。
    结果：
        带表头的矩阵：首列为期初等级，末列为该行合计；可直接传给 CR_MIGRATEPOWER。
    错误：
        等级不在列表中，或单元格为其他错误值时，整个调用为 #VALUE!，并指出所在行。
    来源：
        队列法：N_ij / N_i；剔除退出即 NR 调整。
    """,
)
def migrate(
    grade_begin: Grades,
    grade_end: Grades,
    grades: Annotated[list[str], TextList()] | None = None,
    weights: Weights | None = None,
    withdrawn: Annotated[str, WITHDRAWN_OPTIONS] = "exclude",
    out: Annotated[str, MIGRATION_OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """All customers together: migration matrix of grades from one date (rows) to another (columns).

    A blank, NR or a lookup that found nothing (#N/A) at the end is a withdrawal, without a grade
    at the beginning a customer is new: neither is in the matrix. With withdrawn "column" the
    withdrawn have a column and are part of the whole. A grade that nobody had has a blank row, not
    zeros.

    Args:
        grade_begin: Grade of each customer at the beginning.
        grade_end: Grade of each customer at the end, row by row beside the beginning.
        grades: Grades from best to worst, such as the five loan classes; default those that
            occur, in the order of the grade scale.
        weights: Amount of each customer, such as the balance at the beginning, to weight by;
            default every customer counts one.
        withdrawn: "exclude" leaves out customers who withdrew (default); "column" gives them a
            column.
        out: "value" probabilities (default); "counts" numbers or amounts; "summary" shares up,
            unchanged and down, and mobility; "why" the same in a sentence.
        lang: Language of headers and words, "en" or "zh".

    Returns:
        A matrix with headers: grades at the beginning in the first column, totals in the last;
        CR_MIGRATEPOWER takes it as it is.

    Errors:
        The call is #VALUE! where a grade is not in the list or a cell is another error; the reason
        names the row.

    Example:
        =CR_MIGRATE({"A";"A";"BBB";"A"},{"A";"BBB";"D";"NR"}) -> {"from","A","BBB","D","total";"A",0.5,0.5,0,2;"BBB",0,0,1,1;"D","","","",0}
        =CR_MIGRATE({"正常";"正常"},{"正常";"关注"},{"正常","关注"},{300;100},,"counts","zh") -> {"期初等级","正常","关注","合计";"正常",300,100,400;"关注",0,0,0}

    Source:
        Cohort method, N_ij / N_i; leaving the withdrawn out is the NR adjustment.
    """
    columns = {"grade_begin": grade_begin, "grade_end": grade_end}
    order = grade_list(grades, columns)
    begin, end = (order.codes(column, name) for name, column in columns.items())
    amounts = None if weights is None else _amounts(weights, begin >= 0)
    return shown(count_moves(order, begin, end, amounts), withdrawn, out, lang)


def _amounts(weights: Column, needed: np.ndarray) -> FloatArray:
    """The amounts, zero in rows without a customer at the beginning."""
    refuse_faults(weights, "weights")
    lacking = np.flatnonzero(weights.blank & needed)
    if len(lacking):
        given = Words("a blank cell", "空单元格")
        allowed = Words("an amount for every graded customer", "每个有等级客户的金额")
        raise CallError(row_of("weights", int(lacking[0])), given, allowed, code=errors.NA)
    return np.where(weights.blank, 0.0, weights.values)


def shown(counts: MigrationCounts, withdrawn: str, out: str, lang: str) -> Whole:
    """The counts in the form asked for."""
    as_column = withdrawn == "column"
    if out == "why":
        return Whole(counts.sentence(lang))
    if out == "summary":
        return counts.summary(lang)
    if out == "counts":
        return counts.counts(lang, withdrawn=as_column)
    return counts.matrix(counts.probabilities(withdrawn=as_column), lang, withdrawn=as_column)
