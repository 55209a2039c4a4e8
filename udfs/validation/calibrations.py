"""Calibration: PDs or scores brought to the level of observed or expected default rates."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column, faulty
from udfs.errors import CallError, CellError, Words
from udfs.kinds import (
    PROBABILITY,
    Choice,
    FloatArray,
    Language,
    Number,
    Numbers,
    Table,
    TableColumn,
    TextArray,
)
from udfs.records import record
from udfs.validation.log_odds import Line, chances, fit_line, intercept_for, log_odds
from udfs.validation.samples import (
    INSIDE,
    LeftOut,
    Outcomes,
    Scores,
    Weights,
    check_both,
    given,
    usable_rows,
)

_METHODS: Final = Choice({"shift": ("平移",), "logistic": ("logit", "逻辑回归")})
_OF: Final = Choice({"pd": ("违约概率",), "score": ("得分",)})
_OUTPUTS: Final = Choice(
    {
        "table": ("model", "all", "参数", "明细", "表"),
        "value": ("pd", "值", "结果"),
        "why": ("reason", "原因", "理由"),
    }
)
_COLUMNS: Final = (
    TableColumn(name="of", zh="输入", kind="text"),
    TableColumn(name="intercept", zh="截距"),
    TableColumn(name="slope", zh="斜率"),
)
_HEADERS: Final = {
    "en": (
        *(column.name for column in _COLUMNS),
        "intercept_error",
        "slope_error",
        "mean_before",
        "mean_after",
        "customers",
        "defaults",
        "left_out",
    ),
    "zh": (
        *(column.zh for column in _COLUMNS),
        "截距标准误",
        "斜率标准误",
        "校准前均值",
        "校准后均值",
        "客户数",
        "违约数",
        "未计入行数",
    ),
}
_ONE_ROW: Final = Words("the table of CR_CALIBRATE with one row", "CR_CALIBRATE 的单行结果表")


@udf(
    "CR_CALIBRATE",
    family="validation",
    zh="""全体样本：校准违约概率，使其平均等于目标；结果为参数表，供 CR_CALIBRATEDPD 使用。

    "shift"：所有违约概率的对数几率平移同一数，平均恰为目标。"logistic"：按实际违约拟合截距与斜率（逻辑回归），
    再平移至目标；输入也可以是得分。空白行不计；缺值或有误的行不计入，行数见 "why" 与 "table"。

    参数：
        values: 每个客户的违约概率（小数）或得分，见 of。
        bad: 每个客户是否违约：1 违约，0 未违约；"logistic" 必需。
        target_rate: 目标违约率，如长期平均；省略则为 bad 的违约率。
        method: "shift" 平移（默认）；"logistic" 截距与斜率。
        of: values 的内容："pd" 违约概率（默认）；"score" 得分，仅用于 "logistic"。
        weights: 每行的权重，不小于 0；省略则各行相同。
        out: "table" 参数表（默认）；"value" 校准后的违约概率，每行一个；"why" 一句说明。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        一行参数表、与 values 同形的违约概率，或一句话。
    错误：
        没有可用的行、只有一类结果、数值没有变化、完全分离，或目标无法达到，整个调用报错。
    来源：
        对数几率平移：King、Zeng（2001）；逻辑回归再校准：Cox（1958）。
    """,
)
def calibrate(
    values: Scores,
    bad: Outcomes | None = None,
    target_rate: Annotated[float | None, Number(bounds=INSIDE)] = None,
    method: Annotated[str, _METHODS] = "shift",
    of: Annotated[str, _OF] = "pd",
    weights: Weights | None = None,
    out: Annotated[str, _OUTPUTS] = "table",
    lang: Language = "en",
) -> Whole:
    """All rows together: calibrate PDs so that their mean is the target; the table goes into CR_CALIBRATEDPD.

    "shift" moves the log-odds of every PD by one number, so that the mean is exactly the target.
    "logistic" fits intercept and slope to the outcomes (logistic regression), also from a score,
    and then moves to the target. Blank rows do not count; rows with a missing or faulty value are
    left out, and "why" and "table" say how many.

    Args:
        values: PD (decimal) or score of each customer, see of.
        bad: Whether each customer defaulted: 1 defaulted, 0 not; needed for "logistic".
        target_rate: Default rate to reach, such as the long-run average; default that of bad.
        method: "shift" (default); "logistic" intercept and slope.
        of: What values are: "pd" (default); "score", for "logistic" only.
        weights: Weight of each row, at least 0; default all alike.
        out: "table" the parameters (default); "value" the calibrated PD of each row; "why" one
            sentence.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        Parameters in one row with headers, PDs in the shape of values, or one sentence.

    Errors:
        One error if no row can be used, all rows have the same outcome, values do not vary, they
        part the outcomes completely, or the target cannot be reached.

    Example:
        =CR_CALIBRATE({0.01;0.02;0.05},,0.04,,,,"value") -> {0.015216234095388779;0.03027296227362595;0.07451080363098526}
        =CR_CALIBRATE({0.01;0.02;0.05},,0.04,,,,"why") -> "The log-odds rise by 0.4251: the mean PD goes from 2.6667% to 4.0000%."

    Source:
        Shift of the log-odds: King and Zeng (2001); logistic recalibration: Cox (1958).
    """
    rows = _read(values, bad, weights, of, method)
    if target_rate is None and rows.bad is None:
        raise CallError(
            "target_rate",
            Words("nothing", "空"),
            Words("a default rate when bad is not given", "违约率（未给出 bad 时必需）"),
        )
    line = Line(0.0, 1.0)
    if method == "logistic" and rows.bad is not None:
        line = fit_line(rows.x, rows.bad, rows.weights)
    target = rows.rate if target_rate is None else target_rate
    level = intercept_for(rows.x, line.slope, line.intercept, target, rows.weights)
    line = Line(level, line.slope, line.intercept_error, line.slope_error)
    if out == "value":
        return Whole(_all_rows(values, of, line))
    return Whole(rows.table(line, lang) if out == "table" else rows.reason(line, lang))


@udf(
    "CR_CALIBRATEDPD",
    family="validation",
    zh="""用 CR_CALIBRATE 的参数表把违约概率或得分换算为校准后的违约概率。

    违约对数几率 = 截距 + 斜率 × 输入；输入为违约概率时取其对数几率，为得分时取得分本身。

    参数：
        values: 违约概率（小数）或得分，与校准时的输入相同，单元格或区域。
        model: CR_CALIBRATE 的结果表（输入、截距、斜率），一行，表头中英文均可。
    结果：
        与 values 同形的违约概率，小数；与校准时逐位相同。
    错误：
        输入为违约概率而不在 0 与 1 之间，该行为 #NUM!；参数表不是一行时整个调用报错。
    来源：
        逻辑回归再校准：Cox（1958）。
    """,
)
def calibrated_pd(
    values: Annotated[FloatArray, Numbers()],
    model: Annotated[pd.DataFrame, Table(columns=_COLUMNS)],
) -> FloatArray | TextArray:
    """Calibrated PD of a PD or score, by the table that CR_CALIBRATE spills.

    Log-odds of default = intercept + slope x, where x is the log-odds of a PD or the score itself.

    Args:
        values: PD (decimal) or score, whichever was calibrated, one cell or a range.
        model: Table of CR_CALIBRATE (of, intercept, slope), one row, headers in either language.

    Returns:
        PD, decimal, in the shape of values; to the last digit as in the calibration.

    Errors:
        #NUM! where a PD is not between 0 and 1; one error if the table has not one row.

    Example:
        =CR_CALIBRATEDPD(0.02,{"of","intercept","slope";"pd",0.5,1}) -> 0.032552080868701025
        =CR_CALIBRATEDPD({480;620},{"输入","截距","斜率";"score",8,-0.02}) -> {0.16798161486607557;0.012128434984274237}

    Source:
        Logistic recalibration: Cox (1958).
    """
    if len(model) != 1:
        raise CallError("model", Words(f"{len(model)} rows", f"{len(model)} 行"), _ONE_ROW)
    of = _OF.find(model["of"].iloc[0])
    if of is None:
        raise CallError(
            "model", str(model["of"].iloc[0]), Words("of pd or score", "输入为“违约概率”或“得分”")
        )
    line = Line(float(model["intercept"].iloc[0]), float(model["slope"].iloc[0]))
    outside = PROBABILITY.outside(values) if of == "pd" else np.zeros(len(values), dtype=bool)
    x = log_odds(np.where(outside, np.nan, values)) if of == "pd" else values
    found = chances(x, line.intercept, line.slope)
    wrong = {int(row): _no_probability(values[row]) for row in np.flatnonzero(outside)}
    return faulty(found, wrong.items()) if wrong else found


def _no_probability(value: float) -> CellError:
    return CellError(
        errors.NUM,
        f"values must be a PD from 0 to 1, as the model asks for; got {value:.15g}.",
        f"values 应为 0 至 1 的违约概率（参数表如此要求），实际为 {value:.15g}。",
    )


def _all_rows(values: Column, of: str, line: Line) -> TextArray:
    """The calibrated PD of every row that has a value, in the shape of the range."""
    usable = ~values.blank
    usable[list(values.faults)] = False
    known = values.values[usable]
    x = log_odds(known) if of == "pd" else known
    cells = np.full(len(usable), None, dtype=object)
    cells[usable] = chances(x, line.intercept, line.slope).tolist()
    return faulty(cells, values.faults.items()).reshape(values.shape)


@record
class _Rows:
    """The rows that a calibration is made on.

    Attributes:
        x: log-odds of the PDs, or the scores.
        bad: whether each row defaulted, if known.
        weights: weight of each row, 1 by default.
        of: "pd" or "score".
        left_out: the rows that could not be used.
    """

    x: FloatArray
    bad: np.ndarray | None
    weights: FloatArray
    of: str
    left_out: LeftOut

    @property
    def rate(self) -> float:
        """Default rate."""
        return float(np.average(self.bad, weights=self.weights))  # type: ignore[arg-type]  # asked for only when bad is given

    def _means(self, line: Line) -> tuple[float, float]:
        """Mean PD before (NaN of scores) and after."""
        before = np.nan
        if self.of == "pd":
            before = float(np.average(chances(self.x, 0.0, 1.0), weights=self.weights))
        after = chances(self.x, line.intercept, line.slope)
        return before, float(np.average(after, weights=self.weights))

    def table(self, line: Line, lang: str) -> pd.DataFrame:
        numbers = (
            line.intercept,
            line.slope,
            line.intercept_error,
            line.slope_error,
            *self._means(line),
        )
        row = (
            _OF.options[self.of][0] if lang == "zh" else self.of,
            *(None if np.isnan(number) else number for number in numbers),
            len(self.x),
            None if self.bad is None else int(self.bad.sum()),
            self.left_out.count,
        )
        return pd.DataFrame([row], columns=list(_HEADERS[lang]), dtype=object)

    def reason(self, line: Line, lang: str) -> str:
        zh = lang == "zh"
        before, after = self._means(line)
        remark = self.left_out.remark(lang)
        if np.isnan(line.slope_error):
            move = f"{abs(line.intercept):.4f}"
            if zh:
                way = "上移" if line.intercept >= 0 else "下移"
                return f"违约对数几率{way} {move}：平均违约概率由 {before:.4%} 变为 {after:.4%}。{remark}"
            way = "rise" if line.intercept >= 0 else "fall"
            return (
                f"The log-odds {way} by {move}: the mean PD goes from {before:.4%} to "
                f"{after:.4%}.{remark}"
            )
        figures = f"{line.intercept:.4f}", f"{line.slope:.4f}", f"{line.slope_error:.4f}"
        hint = self._hint(line, zh=zh)
        if zh:
            return (
                f"违约对数几率 = {figures[0]} + {figures[1]} × 输入（斜率标准误 {figures[2]}）；"
                f"平均违约概率 {after:.4%}。{hint}{remark}"
            )
        return (
            f"Log-odds of default = {figures[0]} + {figures[1]} x (standard error of the slope "
            f"{figures[2]}); mean PD {after:.4%}.{hint}{remark}"
        )

    def _hint(self, line: Line, *, zh: bool) -> str:
        """What the slope says, where it is clearly off."""
        reach = 2 * line.slope_error
        if self.of == "pd" and line.slope < 0:
            return (
                "斜率为负：违约概率的排序与实际相反。"
                if zh
                else " The slope is negative: the PDs rank the wrong way round."
            )
        if self.of == "pd" and line.slope < 1 - reach:
            return (
                "斜率小于 1：原违约概率高低差距过大。"
                if zh
                else " The slope is below 1: the PDs were too far apart."
            )
        if self.of == "pd" and line.slope > 1 + reach:
            return (
                "斜率大于 1：原违约概率高低差距过小。"
                if zh
                else " The slope is above 1: the PDs were too close together."
            )
        if self.of == "score" and line.slope > 0:
            return (
                "斜率为正：得分越高违约越多。"
                if zh
                else " The slope is positive: a higher score means more defaults."
            )
        return ""


def _read(
    values: Column, bad: Column | None, weights: Column | None, of: str, method: str
) -> _Rows:
    """The usable rows, checked for what the method needs."""
    if method == "shift" and of == "score":
        raise CallError("of", of, Words("pd with method shift", "pd（method 为 shift 时）"))
    if method == "logistic" and bad is None:
        raise CallError(
            "bad",
            Words("nothing", "空"),
            Words("given with method logistic", "给出（method 为 logistic 时）"),
        )
    used, left_out = usable_rows(given(values=values, bad=bad, weights=weights))
    if weights is not None:
        used &= weights.values > 0
    if not used.any():
        raise CallError(
            "values",
            Words(
                f"no complete row, {left_out.count} left out",
                f"没有完整的行，未计入 {left_out.count} 行",
            ),
            Words("at least one number with all that goes with it", "至少一个数字且其他值齐全"),
            code=errors.NUM,
        )
    outcome = None if bad is None else bad.values[used].astype(bool)
    if outcome is not None:
        check_both(outcome, left_out)
    x = values.values[used]
    if of == "pd":
        _check_chances(values, method)
        x = log_odds(x)
    weight = np.ones(len(x)) if weights is None else weights.values[used]
    return _Rows(x, outcome, weight, of, left_out)


def _check_chances(values: Column, method: str) -> None:
    """Refuse what is no PD, and PDs without log-odds where these are needed."""
    bounds = PROBABILITY if method == "shift" else INSIDE
    for row in np.flatnonzero(bounds.outside(values.values))[:1].tolist():
        raise CallError(
            Words(f"values, row {row + 1}", f"values 第 {row + 1} 行"),
            f"{values.values[row]:.15g}",
            Words(f"{bounds.describe()} since of is pd", f"{bounds.describe().zh}（of 为 pd）"),
            code=errors.NUM,
        )
