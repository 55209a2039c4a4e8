"""DSCR by period: cash flow over debt service, held against the covenants."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column, Faults, Shape, faulty
from udfs.errors import CallError, CellError, Words
from udfs.kinds import Bounds, Choice, FloatArray, Language, Number
from udfs.labels import blank_nan
from udfs.project_finance.covenants import Covenants, Levels, levels_of
from udfs.project_finance.periods import (
    Cfads,
    DebtService,
    Names,
    PeriodNames,
    period_names,
    shaped,
)
from udfs.records import record

Window = Annotated[float, Number(bounds=Bounds(lower=1, upper=120, whole=True))]
_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "min": ("minimum", "最小", "最低"),
        "average": ("mean", "平均"),
        "level": ("covenant", "约束条款"),
    }
)


@udf(
    "CR_DSCR",
    family="project_finance",
    zh="""偿债备付率（DSCR）：每期可用于偿债的现金流除以当期还本付息额，并对照约束条款。

    没有还本付息的期间为空白，不计入最低与平均；平均为各期比率的简单平均。

    参数：
        cfads: 每期可用于偿债的现金流，一行或一列。
        debt_service: 每期还本付息额（本金加利息），没有则填 0；一个数则各期相同。
        periods: 各期名称或日期，如 2027 或 2027-12-31，用于指明触发的期间；省略为第几期。
        covenants: 约束条款表：条款与各比率水平，由轻到重；默认为内置表 project_covenants。
        window: 合并考核的期数，如按半年建模时为 2（滚动 12 个月）；默认 1，即逐期考核。前几期不足一个窗口的为空白；明细表列示窗口合计。
        out: "value" 各期比率；"min" 最低；"average" 平均；"level" 各期触发的条款；"why" 一句话结论；"table" 逐期明细。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与 cfads 同形的倍数；"min"、"average"、"why" 为一个单元格。
    错误：
        某期缺现金流或还本付息额为 #N/A；"min"、"average"、"why" 遇到任何一期出错即显示该错误；各期均无还本付息为 #DIV/0!。
    来源：
        《建设项目经济评价方法与参数》偿债备付率；条款水平见 CR_POLICY("project_covenants","source","zh")。
    """,
)
def debt_service_cover(
    cfads: Cfads,
    debt_service: DebtService,
    periods: PeriodNames | None = None,
    covenants: Covenants | None = None,
    window: Window = 1.0,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """Debt service cover ratio (DSCR) per period, its minimum, average and covenant breaches.

    DSCR = cash flow available for debt service / (principal + interest). Periods without debt
    service are blank and count neither for the minimum nor for the average, which is the plain
    mean of the ratios.

    Args:
        cfads: Cash flow available for debt service of each period, a row or a column.
        debt_service: Principal and interest of each period, 0 if none; one number holds for all.
        periods: Names or dates of the periods, such as 2027 or 2027-12-31; left out: their
            numbers.
        covenants: Covenants with their levels, the mildest first; default the built-in
            project_covenants.
        window: Periods tested together, such as 2 half-years for rolling twelve months; default 1.
            Periods that do not complete a window are blank; "table" shows its sums.
        out: "value" the ratio of each period; "min", "average"; "level" the covenant that each
            period breaches; "why" the finding in a sentence; "table" all by period.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        Multiples in the shape of cfads; one cell for "min", "average" and "why".

    Errors:
        #N/A where a period lacks cash flow or debt service; with "min", "average" and "why" the
        error of any period; #DIV/0! if no period has debt service.

    Example:
        =CR_DSCR({100,110,120,130,140},94.95856) -> {1.0530909,1.1584000,1.2637091,1.3690182,1.4743273}
        =CR_DSCR({100,110,120,130,140},94.95856,,,,"min") -> 1.0530909
        =CR_DSCR({100,110,120,130,140},94.95856,{2027,2028,2029,2030,2031},,,"why") -> "DSCR is lowest in 2027 at 1.053 and 1.264 on average over 5 periods; below the lock-up level of 1.25 in 2 periods (2027 – 2028), below the default level of 1.1 in 1 period (2027)."

    Source:
        DSCR: Methods and Parameters for the Economic Evaluation of Construction Projects (NDRC);
        levels: CR_POLICY("project_covenants","source").
    """
    count = len(cfads)
    if len(debt_service) not in (1, count):
        raise CallError(
            Words("cfads and debt_service", "cfads 与 debt_service"),
            Words(f"{count} and {len(debt_service)} cells", f"{count} 与 {len(debt_service)} 格"),
            Words("ranges of one size, or one debt service", "大小相同的区域，或一个还本付息额"),
        )
    names = period_names(periods, count, lang)
    cover = _cover(cfads, debt_service, int(window))
    levels = levels_of("dscr", covenants, lang)
    if out == "value":
        return cover.shown(blank_nan(cover.ratios), cfads.shape)
    if out == "level":
        return cover.shown(levels.of(cover.ratios), cfads.shape)
    if out == "table":
        return Whole(cover.table(names, levels, lang))
    error = cover.first_error(names)
    if error is not None:
        return Whole(error)
    return Whole(cover.summary(out, names, levels, lang))


@record
class Cover:
    """The DSCR of each period, NaN where there is none, and the errors of faulty periods."""

    cash: FloatArray
    service: FloatArray
    ratios: FloatArray
    faults: Faults

    def shown(self, cells: Any, shape: Shape) -> Whole:
        """Cells by period with the errors in their places."""
        return shaped(faulty(cells, self.faults.items()), shape)

    def first_error(self, names: Names) -> CellError | None:
        """Why there is no minimum or average."""
        for place in sorted(self.faults):
            error, name = self.faults[place], names.texts[place]
            return CellError(error.code, f"{name}: {error.why()}", f"{name}：{error.why('zh')}")
        return _NO_SERVICE if np.isnan(self.ratios).all() else None

    def table(self, names: Names, levels: Levels, lang: str) -> pd.DataFrame:
        """Every period with its figures; headroom is the cash above the mildest covenant."""
        columns = (names.column(), blank_nan(self.cash), blank_nan(self.service))
        found = (blank_nan(self.ratios), levels.of(self.ratios))
        first = levels.levels[0] if levels.levels else 1.0
        spare = blank_nan(np.where(np.isnan(self.ratios), np.nan, self.cash - first * self.service))
        judged = tuple(faulty(column, self.faults.items()) for column in (*found, spare))
        return pd.DataFrame(dict(zip(_HEADERS[lang], (*columns, *judged), strict=True)))

    def summary(self, out: str, names: Names, levels: Levels, lang: str) -> float | str:
        """The minimum, the average or the finding in words."""
        tested = self.ratios[~np.isnan(self.ratios)]
        lowest, average = float(tested.min()), float(tested.mean())
        if out != "why":
            return lowest if out == "min" else average
        worst = names.spans([int(np.nanargmin(self.ratios))])
        breaches = levels.words(self.ratios, names)
        count = len(tested)
        if lang == "zh":
            return (
                f"DSCR 最低为 {lowest:.3f}（{worst}），{count} 期平均 {average:.3f}；{breaches}。"
            )
        over = f"{count} period{'' if count == 1 else 's'}"
        return (
            f"DSCR is lowest in {worst} at {lowest:.3f} and {average:.3f} on average over {over}; "
            f"{breaches}."
        )


_HEADERS: Final = {
    "en": ("period", "CFADS", "debt service", "DSCR", "covenant", "headroom"),
    "zh": ("期间", "可用于偿债的现金流", "还本付息额", "偿债备付率", "约束条款", "现金流余量"),
}
_NO_SERVICE: Final = CellError(
    errors.DIV0,
    "no period has debt service: there is nothing to cover.",
    "各期均没有还本付息，无需计算偿债备付率。",
)
_NO_CASH: Final = CellError(errors.NA, "cfads is missing.", "缺少 cfads。")
_NO_SUM: Final = CellError(
    errors.NA,
    "debt_service is missing; enter 0 if there is none.",
    "缺少 debt_service；没有还本付息请填 0。",
)


def _cover(cfads: Column, debt_service: Column, window: int) -> Cover:
    """The ratios; a period that is blank in both is no period."""
    count = len(cfads)
    one = len(debt_service) == 1 < count
    service = np.broadcast_to(debt_service.values, (count,))
    no_service = np.broadcast_to(debt_service.blank, (count,))
    faults: Faults = dict.fromkeys(np.flatnonzero(no_service & ~cfads.blank).tolist(), _NO_SUM)
    faults |= dict.fromkeys(np.flatnonzero(cfads.blank & (service > 0)).tolist(), _NO_CASH)
    faults |= cfads.faults
    for place, error in debt_service.faults.items():
        faults |= dict.fromkeys(range(count) if one else [place], error)
    cash, owed = (_rolling(values, window) for values in (cfads.values, service))
    faults = {
        later: faults[place]
        for place in sorted(faults, reverse=True)
        for later in range(place, min(place + window, count))
    }
    ratios = np.full(count, np.nan)
    fine = owed > 0
    fine[list(faults)] = False
    np.divide(cash, owed, out=ratios, where=fine)
    return Cover(cash, owed, ratios, faults)


def _rolling(values: FloatArray, window: int) -> FloatArray:
    """Sums of so many periods, NaN where there are not as many."""
    if window == 1:
        return values
    sums = np.full(len(values), np.nan)
    for end in range(window, len(values) + 1):
        sums[end - 1] = values[end - window : end].sum()
    return sums
