"""How risky an industry is, by its NPL ratio against the bank's average."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.errors import CallError, CellError, Words, column_of, one_of
from udfs.kinds import Language, Output, Table, TextArray, Texts
from udfs.labels import NOWHERE, once_each, places, spread
from udfs.read_once import read_once
from udfs.records import record
from udfs.segments.industry_codes import best_scope, read_industry, scopes
from udfs.tables import builtin

IndustryRisk = Annotated[pd.DataFrame, Table(builtin="industry_risk")]
RiskLevels = Annotated[pd.DataFrame, Table(builtin="industry_risk_levels")]
_AVERAGE: Final = "ALL"
_DIGITS: Final = 12


@udf(
    "CR_INDRISK",
    family="segments",
    zh="""按行业不良率对全行平均的倍数划分行业风险：高、中、低风险。

    倍数不低于 1.5 为高风险，不低于 0.75 为中风险，其余为低风险；表中填有“风险”的行业以其为准。

    参数：
        industry: GB/T 4754-2017 行业代码或名称，单元格或区域。
        table: 行业不良率表；默认为内置表 industry_risk，请换成本行数据。
        levels: 各风险等级的倍数下限；默认为内置表 industry_risk_levels。
        out: "value" 风险（默认）；"why" 理由；"table" 风险、行业、不良率与倍数。
        lang: 风险与理由的语言，"en" 或 "zh"。
    结果：
        与 industry 同形的文本。
    错误：
        不是行业代码为 #VALUE!；表中没有该行业或其不良率为 #N/A。
    来源：
        对公信贷的行业高、中、低风险划分；不良率与倍数为 creditcells 默认，见
        CR_POLICY("industry_risk")。
    """,
)
def industry_risk(
    industry: Annotated[TextArray, Texts()],
    table: IndustryRisk | None = None,
    levels: RiskLevels | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """Risk of an industry, high, medium or low, by its NPL ratio against the bank's average.

    From 1.5 times the average the risk is high, from 0.75 times medium, else low; a risk filled
    in by hand in the table overrides the ratio.

    Args:
        industry: GB/T 4754-2017 code or name, one cell or a range.
        table: NPL ratios by industry; default the built-in industry_risk, to be replaced by the
            bank's own.
        levels: Multiples of the average from which each level holds; default the built-in
            industry_risk_levels.
        out: "value" the risk (default); "why" the reason; "table" the risk, the industry, its NPL
            ratio and the multiple.
        lang: Language of risk and reason, "en" or "zh".

    Returns:
        Text in the shape of industry.

    Errors:
        #VALUE! where industry is no code; #N/A where the table lacks the industry or its ratio.

    Example:
        =CR_INDRISK({"F51";"C13";"D"}) -> {"high";"medium";"low"}
        =CR_INDRISK("H62",,,"why") -> "Accommodation and catering: NPL ratio 4.50% is 2.81 times the average of 1.60%: high."

    Source:
        High, medium and low industry risk in corporate lending; ratios and multiples are
        creditcells defaults, see CR_POLICY("industry_risk").
    """
    table = builtin("industry_risk").rows if table is None else table
    levels = builtin("industry_risk_levels").rows if levels is None else levels
    _check_order(levels)
    rated = _rated_rows(table, levels)
    lists = [
        () if key == _AVERAGE else scopes(key, column_of("table", "industries", "行业范围"))
        for key in _keys(table)
    ]

    def rate(text: str) -> _Rated | CellError:
        code = read_industry(text)
        if isinstance(code, CellError):
            return code
        place = best_scope(code, lists)
        return _not_listed(str(code)) if place is None else rated[place]

    codes, read = once_each(industry, rate)
    if out == "table":
        return _parts(codes, read, lang)
    show = _reason if out == "why" else _label
    return spread(
        codes, [each if isinstance(each, CellError) else show(each, lang) for each in read]
    )


@record
class _Rated:
    """An industry row of the table with its risk level."""

    name: dict[str, str]
    label: dict[str, str]
    npl_ratio: float
    average: float
    multiple: float
    by_hand: bool


def _check_order(levels: pd.DataFrame) -> None:
    """The limits fall from row to row and the last row takes the rest."""
    limits = levels["multiple_from"].to_numpy(dtype=np.float64)
    if not (np.isnan(limits[-1]) and (np.diff(limits[:-1]) < 0).all()):
        raise CallError(
            column_of("levels", "multiple_from", "倍数下限"),
            levels["multiple_from"].tolist(),
            Words("falling numbers with a blank at the end", "由高到低、最后一行留空的数字"),
        )


def _keys(table: pd.DataFrame) -> list[str]:
    return [str(key).strip().upper() for key in table["industries"]]


@read_once
def _rated_rows(table: pd.DataFrame, levels: pd.DataFrame) -> list[_Rated | CellError]:
    average = _average(table)
    manual = places(table["risk"].to_numpy(), levels, "level", "label_en", "label_zh")
    return [
        _rated_row(row, average, int(place), levels)
        for (_, row), place in zip(table.iterrows(), manual, strict=True)
    ]


def _average(table: pd.DataFrame) -> float:
    ratios = table["npl_ratio"].to_numpy()[[key == _AVERAGE for key in _keys(table)]]
    if len(ratios) != 1 or not ratios[0] > 0:
        raise CallError(
            "table",
            Words(f"{len(ratios)} rows ALL", f"{len(ratios)} 行 ALL"),
            Words(
                "a table with one row ALL whose npl_ratio is above zero",
                "含一行 ALL 且其不良率大于零的表",
            ),
        )
    return float(ratios[0])


def _rated_row(
    row: pd.Series, average: float, manual: int, levels: pd.DataFrame
) -> _Rated | CellError:
    if row["risk"] and manual == NOWHERE:
        raise CallError(
            column_of("table", "risk", "风险"),
            row["risk"],
            one_of(levels["level"]),
        )
    ratio = float(row["npl_ratio"])
    if np.isnan(ratio) and not row["risk"]:
        name = row["industries"]
        return CellError(
            errors.NA,
            f"table: the NPL ratio of industry {name} is missing.",
            f"table：缺少行业 {name} 的不良率。",
        )
    # Rounding keeps a multiple that is exactly a limit from falling below it.
    multiple = round(ratio / average, _DIGITS)
    place = manual if row["risk"] else _level(multiple, levels)
    return _Rated(
        name={lang: row[f"label_{lang}"] for lang in ("en", "zh")},
        label={lang: levels[f"label_{lang}"].iloc[place] for lang in ("en", "zh")},
        npl_ratio=ratio,
        average=average,
        multiple=multiple,
        by_hand=bool(row["risk"]),
    )


def _level(multiple: float, levels: pd.DataFrame) -> int:
    """The first level whose limit the multiple reaches; the last has no limit."""
    return int(np.argmax(~(multiple < levels["multiple_from"].to_numpy(dtype=np.float64))))


def _label(rated: _Rated, lang: str) -> str:
    return rated.label[lang]


def _reason(rated: _Rated, lang: str) -> str:
    if rated.by_hand:
        return {
            "en": f"{rated.name['en']}: set to {rated.label['en']} by hand in the table.",
            "zh": f"{rated.name['zh']}：表中指定为{rated.label['zh']}。",
        }[lang]
    ratio, average = f"{rated.npl_ratio:.2%}", f"{rated.average:.2%}"
    times = f"{rated.multiple:.2f}"
    return {
        "en": f"{rated.name['en']}: NPL ratio {ratio} is {times} times the average of {average}: "
        f"{rated.label['en']}.",
        "zh": f"{rated.name['zh']}：不良率 {ratio}，为全行平均 {average} 的 {times} 倍，"
        f"{rated.label['zh']}。",
    }[lang]


def _not_listed(code: str) -> CellError:
    return CellError(
        errors.NA,
        f"table: no row holds industry {code}; add one for its section.",
        f"table：没有包含行业 {code} 的行，请补充其门类。",
    )


def _parts(codes: np.ndarray, read: list[_Rated | CellError], lang: str) -> pd.DataFrame:
    headers = {
        "en": ("risk", "industry", "npl_ratio", "average", "multiple"),
        "zh": ("风险", "行业", "不良率", "全行平均", "倍数"),
    }[lang]
    cells = [
        [each] * len(headers) if isinstance(each, CellError) else _row_of(each, lang)
        for each in read
    ]
    return pd.DataFrame(
        {header: spread(codes, [row[j] for row in cells]) for j, header in enumerate(headers)}
    )


def _row_of(rated: _Rated, lang: str) -> list[object]:
    known = not np.isnan(rated.npl_ratio)
    return [
        rated.label[lang],
        rated.name[lang],
        rated.npl_ratio if known else None,
        rated.average,
        rated.multiple if known else None,
    ]
