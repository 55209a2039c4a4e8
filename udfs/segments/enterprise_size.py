"""Enterprise size by industry: the statistical standard of 2017."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults, faulty
from udfs.errors import CellError
from udfs.kinds import NOT_NEGATIVE, FloatArray, Language, Numbers, Output, TextArray, Texts
from udfs.labels import IndexArray, errors_at, once_each
from udfs.records import record
from udfs.segments.industry_codes import best_scope, read_industry, scopes
from udfs.tables import builtin

_INDICATORS: Final = ("employees", "revenue", "assets")
_INDICATORS_ZH: Final = ("从业人员", "营业收入", "资产总额")
_UNITS: Final = {
    "en": (" persons", " CNY 10k", " CNY 10k"),
    "zh": (" 人", " 万元", " 万元"),
}
_CLASSES: Final = ("large", "medium", "small")
_MICRO: Final = 3
_NOT_APPLICABLE: Final = 4
_NO_STANDARD: Final = {
    "en": "The standard of 2017 has no row for this industry: {}.",
    "zh": "2017 年办法未列该行业的划型标准：{}。",
}
_FIGURE: Final = {"en": "{} {:,.15g}{} reaches {}", "zh": "{} {:,.15g}{}，达到{}"}
_JOINT: Final = {"en": ", ", "zh": "；"}
_REASON: Final = {"en": "{}: {}; the lowest decides: {}.", "zh": "{}：{}；取最低者，为{}。"}
Amounts = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]


@record
class _Standard:
    """The size table, one place per industry row.

    Attributes:
        names: the industry rows' names by language.
        listed: the codes of each row, as written.
        scopes: the codes of each row, one by one.
        lower: rows × indicators × (large, medium, small): the lower bounds; minus infinity
            where the indicator does not count.
        needed: rows × indicators: whether the indicator counts.
    """

    names: dict[str, list[str]]
    listed: list[str]
    scopes: list[tuple[str, ...]]
    lower: npt.NDArray[np.float64]
    needed: npt.NDArray[np.bool_]


@cache
def _standard() -> _Standard:
    table = builtin("enterprise_size").rows
    heads = table.drop_duplicates("key")
    lower = np.full((len(heads), len(_INDICATORS), len(_CLASSES)), -np.inf)
    place = {key: i for i, key in enumerate(heads["key"])}
    for row in table[table["indicator"] != ""].itertuples():
        bounds = [getattr(row, size) for size in _CLASSES]
        lower[place[row.key], _INDICATORS.index(str(row.indicator))] = bounds
    return _Standard(
        names={lang: heads[f"label_{lang}"].tolist() for lang in ("en", "zh")},
        listed=heads["industries"].tolist(),
        scopes=[scopes(text, "enterprise_size[industries]") for text in heads["industries"]],
        lower=lower,
        needed=np.isfinite(lower[:, :, -1]),
    )


@udf(
    "CR_SIZE",
    family="segments",
    zh="""按国家统计局 2017 年办法划分企业规模：大型、中型、小型、微型。

    大、中、小型须同时达到所列指标的下限，否则下划一档；任一指标低于小型下限即为微型。只需填写该行业所用的指标。
    铁路、金融、教育、卫生等没有划型标准的行业为“不适用”。

    参数：
        industry: GB/T 4754-2017 行业代码或名称，须足以确定标准的行（如 F 不够，须为 51 或 52）。
        employees: 从业人员，人。
        revenue: 营业收入，万元。
        assets: 资产总额，万元。
        out: "value" 规模（默认）；"why" 理由；"table" 规模、行业及各指标所达到的规模。
        lang: 规模与理由的语言，"en" 或 "zh"。
    结果：
        与各参数同形的文本：大型、中型、小型、微型或不适用。
    错误：
        缺少所需指标或行业代码过粗为 #N/A；不是行业代码为 #VALUE!；负数为 #NUM!。
    来源：
        国家统计局《统计上大中小微型企业划分办法（2017）》（国统字〔2017〕213号）附表；见
        CR_POLICY("enterprise_size")。
    """,
)
def enterprise_size(
    industry: Annotated[TextArray, Texts()],
    employees: Amounts | None = None,
    revenue: Amounts | None = None,
    assets: Amounts | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """Size of an enterprise by its industry: large, medium, small or micro (NBS 2017).

    A class needs every indicator of the industry at its lower bound, else the next class is
    tried; micro if one indicator is too low for small. Only the indicators of the industry are
    needed. Railways, finance, education, health and others without a standard: not applicable.

    Args:
        industry: GB/T 4754-2017 code or name, narrow enough to find the standard's row: F is not,
            51 or 52 is.
        employees: Number of persons employed.
        revenue: Operating revenue in 万元 (ten thousand yuan).
        assets: Total assets in 万元 (ten thousand yuan).
        out: "value" the size (default); "why" the reason; "table" the size, the standard's
            industry and the class that each indicator reaches.
        lang: Language of size and reason, "en" or "zh".

    Returns:
        Text in the common shape: large, medium, small, micro or not applicable.

    Errors:
        #N/A where a needed indicator is missing or the code is too wide; #VALUE! where industry
        is no code; #NUM! where an indicator is negative.

    Example:
        =CR_SIZE("65",103,15735.28) -> "medium"
        =CR_SIZE({"C13";"M";"53"},{1500;80;900},{39999;0;8000},,"value","zh") -> {"中型";"小型";"不适用"}
        =CR_SIZE("701",,250000,9999) -> "medium"

    Source:
        National Bureau of Statistics, 统计上大中小微型企业划分办法（2017），国统字〔2017〕213号,
        annex; see CR_POLICY("enterprise_size").
    """
    standard = _standard()
    codes, read = once_each(industry, _row_of)
    rows = [0 if isinstance(found, CellError) else found for found in read]
    row = np.array(rows, dtype=np.intp)[codes]
    given = [
        np.full(len(row), np.nan) if values is None else values
        for values in (employees, revenue, assets)
    ]
    reached = [_class_reached(standard, row, j, values) for j, values in enumerate(given)]
    size = np.maximum.reduce(reached)
    sized = np.asarray(standard.needed.any(axis=1), dtype=bool)
    size[~sized[row]] = _NOT_APPLICABLE
    faults = _missing(standard, row, given) | errors_at(codes, read)
    labels = builtin("size_classes").rows[f"label_{lang}"].to_numpy()
    if out == "value":
        return faulty(labels[size], faults.items())
    if out == "table":
        return _parts(standard, row, reached, size, faults, lang)
    return _reasons(standard, row, given, reached, size, faults, lang)


def _row_of(text: str) -> int | CellError:
    """The place of an industry's row in the standard."""
    code = read_industry(text)
    if isinstance(code, CellError):
        return code
    standard = _standard()
    place = best_scope(code, standard.scopes)
    if place is not None:
        return place
    rows = [
        row
        for row, listed in enumerate(standard.scopes)
        if any(code.wider_than(scope) for scope in listed)
    ]
    if rows:
        names, listed = standard.names, standard.listed
        english = "; ".join(f"{names['en'][row]} ({listed[row]})" for row in rows)
        chinese = "、".join(f"{names['zh'][row]}（{listed[row]}）" for row in rows)
        return CellError(
            errors.NA,
            f"industry: {code} is too wide for the size standard; give a code of one row: "
            f"{english}.",
            f"industry：{code} 过粗，无法确定划型标准，请给出以下某一行的代码：{chinese}。",
        )
    return CellError(
        errors.VALUE,
        f"industry: {code} is not in the size standard; check the group.",
        f"industry：划型标准中没有 {code}，请核对中类代码。",
    )


def _class_reached(
    standard: _Standard, row: IndexArray, indicator: int, values: FloatArray
) -> IndexArray:
    """The best class whose lower bound a value reaches; 0, the best, where it does not count."""
    if not standard.needed[row, indicator].any():
        return np.zeros(len(row), dtype=np.intp)
    bounds = standard.lower[:, indicator, :]
    reached = np.full(len(row), _MICRO, dtype=np.intp)
    for place in range(len(_CLASSES)):
        reached -= values >= bounds[row, place]
    reached[~standard.needed[row, indicator]] = 0
    return reached


def _missing(standard: _Standard, row: IndexArray, given: list[FloatArray]) -> Faults:
    lacking = np.column_stack([np.isnan(values) for values in given]) & standard.needed[row]
    rows = np.flatnonzero(lacking.any(axis=1))
    combination = row[rows] * 2 ** len(given) + lacking[rows] @ (2 ** np.arange(len(given)))
    codes, kinds = pd.factorize(combination)
    examples = rows[[int(np.argmax(codes == kind)) for kind in range(len(kinds))]]
    found = [_missing_error(standard, int(row[i]), lacking[i]) for i in examples]
    return errors_at(codes, found, rows)


def _missing_error(standard: _Standard, row: int, lacking: BoolArray) -> CellError:
    english = " and ".join(_names("en", lacking))
    chinese = "、".join(_names("zh", lacking))
    return CellError(
        errors.NA,
        f"{english} missing: {standard.names['en'][row]} needs "
        f"{' and '.join(_names('en', standard.needed[row]))}.",
        f"缺少{chinese}：{standard.names['zh'][row]}需要{'、'.join(_names('zh', standard.needed[row]))}。",
    )


def _names(lang: str, wanted: BoolArray) -> list[str]:
    names = _INDICATORS_ZH if lang == "zh" else _INDICATORS
    return [name for name, shown in zip(names, wanted, strict=True) if shown]


def _parts(
    standard: _Standard,
    row: IndexArray,
    reached: list[IndexArray],
    size: IndexArray,
    faults: Faults,
    lang: str,
) -> pd.DataFrame:
    labels = builtin("size_classes").rows[f"label_{lang}"].to_numpy()
    names = np.array(standard.names[lang], dtype=object)
    headers = ("规模", "划型行业") if lang == "zh" else ("size", "industry")
    columns = {headers[0]: labels[size], headers[1]: names[row]}
    for j, indicator in enumerate(_INDICATORS_ZH if lang == "zh" else _INDICATORS):
        part = labels[reached[j]]
        part[~standard.needed[row, j]] = None
        columns[indicator] = part
    return pd.DataFrame({name: faulty(part, faults.items()) for name, part in columns.items()})


def _reasons(
    standard: _Standard,
    row: IndexArray,
    given: list[FloatArray],
    reached: list[IndexArray],
    size: IndexArray,
    faults: Faults,
    lang: str,
) -> TextArray:
    labels = builtin("size_classes").rows[f"label_{lang}"].tolist()
    reasons = np.empty(len(row), dtype=object)
    for i in range(len(row)):
        if i in faults:
            reasons[i] = faults[i]
            continue
        name = standard.names[lang][row[i]]
        needed = np.flatnonzero(standard.needed[row[i]]).tolist()
        if not needed:
            reasons[i] = _NO_STANDARD[lang].format(labels[_NOT_APPLICABLE])
            continue
        figures = _JOINT[lang].join(
            _FIGURE[lang].format(
                _names(lang, _only(j))[0], given[j][i], _UNITS[lang][j], labels[reached[j][i]]
            )
            for j in needed
        )
        reasons[i] = _REASON[lang].format(name, figures, labels[size[i]])
    return reasons


def _only(indicator: int) -> BoolArray:
    chosen: BoolArray = np.arange(len(_INDICATORS)) == indicator
    return chosen
