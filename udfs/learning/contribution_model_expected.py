"""What a customer is expected to contribute, and how the actual contribution compares."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, Mixed, faulty
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words
from udfs.kinds import (
    NOT_NEGATIVE,
    Choice,
    FloatArray,
    Grid,
    Language,
    Number,
    Numbers,
    TextArray,
    TextList,
)
from udfs.learning.contribution_model_table import (
    CONSTANT,
    DEVIATION,
    ContributionModel,
    Model,
    parts_of,
    read_model,
)
from udfs.learning.factor_columns import (
    factor_names,
    missing_column,
    place_of,
)
from udfs.records import record

_OUTPUTS: Final = Choice(
    {
        "value": ("expected", "值", "预期"),
        "residual": ("残差", "差额"),
        "label": ("标签", "判断"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_LABELS: Final = {
    "en": ("below expectation", "as expected", "above expectation"),
    "zh": ("低于预期", "符合预期", "高于预期"),
}


@udf(
    "CR_CONTRIBPRED",
    family="learning",
    zh="""按贡献模型计算客户的预期贡献，并与实际比较：低于预期的客户有交叉销售潜力。

    参数：
        values: 每行一个客户、每列一个因子的区域，数字或文本。
        model: 系数表，来自 CR_CONTRIBFIT：因子、类别取值、系数。
        factors: values 各列的列名；省略时列序与模型的因子顺序一致。
        contribution: 实际贡献，与模型同一单位；"residual"、"label" 需要。
        band: 实际与预期相差不足几个残差标准差算符合预期，默认 1。
        out: "value" 预期贡献（默认）；"residual" 实际减预期；"label" 高于、低于或符合预期；"why" 理由；"table" 各因子的贡献。
        lang: 标签、理由与表头的语言，"en" 或 "zh"。
    结果：
        每行一个数（或标签）。
    错误：
        缺少因子或实际贡献为 #N/A；类别不在模型中为 #VALUE!；模型缺少残差标准差而要求 "label" 时整个调用为 #VALUE!。
    来源：
        线性模型的预测值与标准化残差。
    """,
)
def expected_contribution(
    values: Annotated[list[Mixed], Grid()],
    model: ContributionModel,
    factors: Annotated[list[str] | None, TextList()] = None,
    contribution: Annotated[FloatArray, Numbers()] | None = None,
    band: Annotated[float, Number(bounds=NOT_NEGATIVE)] = 1,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Expected contribution by a contribution model, and how the actual one compares.

    A customer below expectation has room for cross-selling; risk is judged elsewhere.

    Args:
        values: Range with one row per customer and one column per factor, numbers or texts.
        model: Table of coefficients from CR_CONTRIBFIT: factor, category, coefficient.
        factors: Names of the columns of values; if left out, they stand in the model's order.
        contribution: Actual contribution in the model's unit; needed for "residual" and "label".
        band: Within how many residual deviations the actual is as expected, default 1.
        out: "value" the expected contribution (default); "residual" actual less expected; "label"
            above, below or as expected; "why" the reason; "table" what each factor adds.
        lang: Language of label, reason and headers, "en" or "zh".

    Returns:
        One number (or label) per row.

    Errors:
        #N/A where a factor or the actual contribution is missing; #VALUE! for a category that the
        model does not know. The call is #VALUE! for "label" if the model has no residual deviation.

    Example:
        =CR_CONTRIBPRED({100,"large";50,"small"},{"factor","category","coefficient";"constant","",5;"deposits","",0.1;"size","large",20;"size","small",0}) -> {35;10}
        =CR_CONTRIBPRED({100},{"factor","coefficient";"deposits",0.1;"residual deviation",3},,4,,"label") -> "below expectation"

    Source:
        Fitted values and standardised residuals of a linear model.
    """
    read = read_model(model)
    columns = _columns(read, values, factors)
    expected, parts, faults = _expected(read, columns)
    if out == "value":
        return faulty(expected, faults.items()) if faults else expected
    if out in ("residual", "label"):
        faults = _without_actual(contribution, len(expected)) | faults
    actual = np.full(len(expected), np.nan) if contribution is None else contribution
    residual = actual - expected
    if out == "residual":
        return faulty(residual, faults.items()) if faults else residual
    labels = _labels(read, residual, band, lang, required=out == "label")
    if out == "label":
        return faulty(labels, faults.items())
    judged = _Judged(expected, actual, residual, labels)
    if out == "table":
        return _table(read, parts, judged, faults, lang)
    texts = [_reason(read, columns, parts, judged, row, lang) for row in range(len(expected))]
    return faulty(np.array(texts, dtype=object), faults.items())


@record
class _Judged:
    """Each customer's contribution: expected, actual, the difference, and a word for it."""

    expected: FloatArray
    actual: FloatArray
    residual: FloatArray
    labels: TextArray


def _columns(model: Model, values: list[Mixed], factors: list[str] | None) -> list[Mixed]:
    wanted = [term.factor for term in model.terms]
    if factors is None:
        if len(values) == len(wanted):
            return [replace(c, name=n) for c, n in zip(values, wanted, strict=True)]
        raise CallError(
            "values",
            Words(f"{len(values)} columns", f"{len(values)} 列"),
            Words(
                f"{len(wanted)} columns in the model's order ({', '.join(wanted)}), or columns named "
                "by the argument factors",
                f"按模型顺序的 {len(wanted)} 列（{'、'.join(wanted)}），或用参数 factors 给出列名",
            ),
        )
    names = factor_names(values, factors, "en")
    found = []
    for factor in wanted:
        place = place_of(factor, names)
        if place is None:
            raise missing_column(factor, names)
        found.append(replace(values[place], name=factor))
    return found


def _expected(model: Model, columns: list[Mixed]) -> tuple[FloatArray, list[FloatArray], Faults]:
    """What is expected of each row, term by term, and the rows for which it cannot be told."""
    total = np.full(len(columns[0]) if columns else 0, model.constant)
    parts = []
    faults: Faults = {}
    for term, column in zip(model.terms, columns, strict=True):
        part, wrong = parts_of(term, column)
        faults = wrong | faults
        parts.append(part)
        total += part
    return total, parts, faults


def _without_actual(contribution: FloatArray | None, count: int) -> Faults:
    missing = np.ones(count, dtype=bool) if contribution is None else np.isnan(contribution)
    lacking = CellError(
        errors.NA,
        "contribution is missing; without the actual one nothing can be compared.",
        "缺少 contribution：没有实际贡献，无法比较。",
    )
    return dict.fromkeys(np.flatnonzero(missing).tolist(), lacking)


def _labels(
    model: Model, residual: FloatArray, band: float, lang: str, *, required: bool
) -> TextArray:
    """A word for each difference; blank where it cannot be judged."""
    if np.isnan(model.deviation):
        if required:
            raise CallError(
                "model",
                Words("a table without residual deviation", "没有残差标准差的表"),
                Words(f"a table with a row {DEVIATION}", f"含“{DEVIATION.zh}”一行的表"),
            )
        return np.full(len(residual), None, dtype=object)
    limit = band * model.deviation
    place = 1 + (residual > limit).astype(int) - (residual < -limit).astype(int)
    labels: TextArray = np.array(_LABELS[lang], dtype=object)[place]
    labels[np.isnan(residual)] = None
    return labels


def _table(
    model: Model, parts: list[FloatArray], judged: _Judged, faults: Faults, lang: str
) -> pd.DataFrame:
    zh = lang == "zh"
    columns: dict[str, Any] = {
        CONSTANT.zh if zh else str(CONSTANT): np.full(len(judged.expected), model.constant)
    }
    columns |= {term.factor: part for term, part in zip(model.terms, parts, strict=True)}
    columns["预期贡献" if zh else "expected"] = judged.expected
    columns["实际贡献" if zh else "actual"] = judged.actual
    columns["差额" if zh else "residual"] = judged.residual
    shown = {}
    for header, cells in columns.items():
        blank = cells.astype(object)
        blank[np.isnan(cells)] = None
        shown[header] = faulty(blank, faults.items())
    shown["判断" if zh else "label"] = faulty(judged.labels, faults.items())
    return pd.DataFrame(shown, dtype=object)


def _reason(
    model: Model,
    columns: list[Mixed],
    parts: list[FloatArray],
    judged: _Judged,
    row: int,
    lang: str,
) -> str:
    zh = lang == "zh"
    terms = [
        _term_words(term.factor, column.block.cells[row], part[row], zh=zh)
        for term, column, part in zip(model.terms, columns, parts, strict=True)
    ]
    start = CONSTANT.zh if zh else str(CONSTANT)
    listed = ("、" if zh else ", ").join([f"{start} {model.constant:.6g}", *terms])
    expected = judged.expected[row]
    if np.isnan(judged.actual[row]):
        return (
            f"预期贡献 {expected:.6g}：{listed}。" if zh else f"Expected {expected:.6g}: {listed}."
        )
    residual = judged.residual[row]
    away = ""
    if model.deviation > 0:
        times = abs(residual) / model.deviation
        away = f"（{times:.2g} 个残差标准差）" if zh else f" ({times:.2g} residual deviations)"
    label = judged.labels[row]
    if zh:
        word = "高于" if residual >= 0 else "低于"
        text = f"预期贡献 {expected:.6g}：{listed}；实际 {judged.actual[row]:.6g}，{word}预期 {abs(residual):.6g}{away}"
        return joined(text, f"，判断为“{label}”。" if label else "。")
    word = "above" if residual >= 0 else "below"
    text = f"Expected {expected:.6g}: {listed}; actual {judged.actual[row]:.6g}, {abs(residual):.6g} {word}{away}"
    return f"{text}: {label}." if label else f"{text}."


def _term_words(factor: str, cell: Any, part: float, *, zh: bool) -> str:
    shown = (
        cell.strip()
        if isinstance(cell, str)
        else f"{cell:.6g}"
        if isinstance(cell, float | int | np.number)
        else str(cell)
    )
    return joined(factor, shown, f"为 {part:+.6g}") if zh else f"{factor} {shown} {part:+.6g}"
