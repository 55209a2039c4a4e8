"""Risk weights of the standardised approach and of the Chinese weighting approach."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.capital.ratings import RatingScale, rating_scale
from udfs.capital.schemes import rows_of_scheme
from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults, faulty
from udfs.errors import CellError
from udfs.kinds import (
    NOT_NEGATIVE,
    FloatArray,
    Language,
    Numbers,
    Output,
    Table,
    Text,
    TextArray,
    Texts,
)
from udfs.labels import NOWHERE, IndexArray, blank_nan, places, unknown_rows
from udfs.read_once import read_once
from udfs.records import record
from udfs.tables import builtin

RiskWeights = Annotated[pd.DataFrame, Table(builtin="risk_weights")]
CLASS_COLUMNS: Final = ("exposure_class", "label_en", "label_zh")

_HEADERS: Final = {
    "en": ("risk_weight", "exposure_class", "worst_rating", "ltv_upper"),
    "zh": ("风险权重", "敞口类别", "最低外部评级", "贷款价值比上限"),
}
_COUNTERPARTY: Final = CellError(
    errors.NA,
    "the weight of the counterparty holds for this exposure: enter the counterparty's "
    "exposure_class instead.",
    "该敞口适用交易对手的风险权重：请改填交易对手的敞口类别。",
)


@udf(
    "CR_RISKWEIGHT",
    family="capital",
    zh="""按权重法（标准法）查询风险权重：巴塞尔 III 标准法或中国权重法，依敞口类别、外部评级与贷款价值比。

    取表中该类别自上而下第一个符合的行。各类别的认定条件（如投资级、小微企业、审慎要求）须自行判断。

    参数：
        exposure_class: 敞口类别的代码或名称，如 corporate、小微企业、project_operational；全部见 CR_POLICY("risk_weights")。
        rating: 外部评级，标普、惠誉或穆迪的国际序列符号；空白或 NR 为无评级。
        ltv: 贷款价值比，小数；房地产类敞口必填。
        scheme: "china"（默认，2023 年资本管理办法）、"basel3"，或表中的其他方案。
        weights: 风险权重表；默认为内置表 risk_weights。
        ratings: 评级符号表，由好到差；默认为内置表 external_ratings。
        out: "value" 风险权重；"why" 理由；"table" 权重与适用的行。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的风险权重，小数（0.75 即 75%）。
    错误：
        类别或评级无法识别为 #VALUE!；缺所需的评级或贷款价值比、或适用交易对手权重为 #N/A。
    来源：
        巴塞尔框架 CRE20；《商业银行资本管理办法》（2023）权重法。请核对法规原文，见 CR_POLICY("risk_weights","note","zh")。
    """,
)
def risk_weight(
    exposure_class: Annotated[TextArray, Texts()],
    rating: Annotated[TextArray, Texts()] | None = None,
    ltv: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)] | None = None,
    scheme: Annotated[str, Text()] = "china",
    weights: RiskWeights | None = None,
    ratings: Annotated[pd.DataFrame, Table(builtin="external_ratings")] | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Risk weight by table: the Chinese weighting approach or Basel III's standardised approach.

    The first row of the class that fits rating and loan to value gives the weight. Whether an
    exposure belongs to a class (investment grade, micro enterprise, prudence) is yours to test.

    Args:
        exposure_class: Code or label of the class, such as corporate, micro_small or
            project_operational; all stand in CR_POLICY("risk_weights").
        rating: External rating on the international scale of S&P, Fitch or Moody's; blank or NR
            is unrated.
        ltv: Loan to value, decimal; needed for real estate.
        scheme: "china" (default, Rules of 2023), "basel3", or another of the table.
        weights: Table of risk weights; default the built-in risk_weights.
        ratings: Rating symbols, best first; default the built-in external_ratings.
        out: "value" risk weight; "why" the reason; "table" weight and the row that holds.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Risk weight, decimal (0.75 is 75 %), in the common shape.

    Errors:
        #VALUE! where class or rating is unknown; #N/A where a rating or ltv is needed and
        missing, or the counterparty's weight holds.

    Example:
        =CR_RISKWEIGHT({"小微企业";"sme";"corporate"}) -> {0.75;0.85;1}
        =CR_RISKWEIGHT("corporate",{"A+";"Baa3";"B";"NR"},,"basel3") -> {0.5;0.75;1.5;1}
        =CR_RISKWEIGHT("mortgage",,{0.5;0.65;0.95},"basel3") -> {0.2;0.3;0.5}

    Source:
        Basel Framework CRE20; Chinese Rules on Capital of Commercial Banks, 2023. Check against
        the regulation, see CR_POLICY("risk_weights","note").
    """
    rows = rows_of_scheme(builtin("risk_weights").rows if weights is None else weights, scheme)
    scale = rating_scale(ratings)
    count = len(exposure_class)
    first = places(exposure_class, rows, *CLASS_COLUMNS)
    faults = unknown_rows("exposure_class", exposure_class, first, _codes(rows))
    ranks, unknown = scale.ranks(rating, count)
    faults = unknown | faults
    values = np.full(count, np.nan) if ltv is None else ltv
    classes = _read_classes(rows, scale)
    place = _first_fit(classes, first, ranks, values)
    faults = _lacking(classes, first, place, values) | faults
    found = rows["risk_weight"].to_numpy(dtype=np.float64)[place]
    for row in np.flatnonzero(np.isnan(found) & (place != NOWHERE)).tolist():
        faults.setdefault(row, _COUNTERPARTY)
    if out == "value":
        return faulty(found, faults.items()) if faults else found
    if out == "table":
        return _table(rows, place, faults, lang)
    texts = np.full(count, "", dtype=object) if rating is None else rating
    return faulty(_reasons(rows, place, texts, values, lang), faults.items())


@record
class _Classes:
    """The rows of a scheme: the class of each, and what each class asks for.

    Attributes:
        codes: the class of each row, as a number.
        worst: the rank of the worst rating of each row; NaN where it asks for none.
        rated: whether rows of the same class go by ratings.
        ltv_upper: the highest loan to value of each row; NaN where there is no limit.
        by_ltv: whether rows of the same class go by loan to value.
    """

    codes: IndexArray
    worst: FloatArray
    rated: BoolArray
    ltv_upper: FloatArray
    by_ltv: BoolArray


@read_once
def _read_classes(rows: pd.DataFrame, scale: RatingScale) -> _Classes:
    codes, _ = pd.factorize(rows["exposure_class"].str.casefold())
    worst = scale.limit(rows["worst_rating"].to_numpy(dtype=object), "weights")
    ltv_upper = rows["ltv_upper"].to_numpy(dtype=np.float64)
    count = int(codes.max()) + 1
    rated = np.bincount(codes, ~np.isnan(worst), count) > 0
    by_ltv = np.bincount(codes, ~np.isnan(ltv_upper), count) > 0
    return _Classes(codes, worst, rated[codes], ltv_upper, by_ltv[codes])


@read_once
def _codes(rows: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(rows["exposure_class"]))


def _first_fit(
    classes: _Classes, first: IndexArray, ranks: FloatArray, ltv: FloatArray
) -> IndexArray:
    """The first row of its class that fits each exposure; ``NOWHERE`` if none does."""
    place = np.full(len(first), NOWHERE, dtype=np.intp)
    known = first != NOWHERE
    own = np.where(known, classes.codes[first], NOWHERE)
    for row in reversed(range(len(classes.codes))):
        fits = own == classes.codes[row]
        if not fits.any():
            continue
        if not np.isnan(classes.worst[row]):
            fits &= ranks <= classes.worst[row]
        elif classes.rated[row]:
            fits &= np.isnan(ranks)
        if not np.isnan(classes.ltv_upper[row]):
            fits &= ltv <= classes.ltv_upper[row]
        elif classes.by_ltv[row]:
            fits &= ~np.isnan(ltv)
        place[fits] = row
    return place


def _lacking(classes: _Classes, first: IndexArray, place: IndexArray, ltv: FloatArray) -> Faults:
    """What is missing where no row fits."""
    faults: Faults = {}
    for row in np.flatnonzero((place == NOWHERE) & (first != NOWHERE)).tolist():
        if classes.by_ltv[first[row]] and np.isnan(ltv[row]):
            faults[row] = _LTV
        else:
            faults[row] = _RATING
    return faults


_LTV: Final = CellError(
    errors.NA,
    "ltv is missing: the weight of this class depends on loan to value.",
    "缺少 ltv：该类别的权重取决于贷款价值比。",
)
_RATING: Final = CellError(
    errors.NA,
    "rating is missing: this class has weights for rated exposures only; choose the class for "
    "unrated ones.",
    "缺少 rating：该类别只有有评级敞口的权重，无评级者请选用相应类别。",
)


def _table(rows: pd.DataFrame, place: IndexArray, faults: Faults, lang: str) -> pd.DataFrame:
    columns = (
        blank_nan(rows["risk_weight"].to_numpy(dtype=np.float64)[place]),
        rows[f"label_{lang}"].to_numpy(dtype=object)[place],
        rows["worst_rating"].to_numpy(dtype=object)[place],
        blank_nan(rows["ltv_upper"].to_numpy(dtype=np.float64)[place]),
    )
    return pd.DataFrame(
        {
            header: faulty(column, faults.items())
            for header, column in zip(_HEADERS[lang], columns, strict=True)
        },
        dtype=object,
    )


_WORDS: Final = {
    "en": {
        "plain": "Scheme {}: {}{}: risk weight {:.4g}%.",
        "rated": ", rating {} is {} or better",
        "unrated": ", unrated",
        "ltv": ", loan to value {:.4g}% up to {:.4g}%",
        "above": ", loan to value {:.4g}% above all bands",
    },
    "zh": {
        "plain": "方案 {}：{}{}：风险权重 {:.4g}%。",
        "rated": "，评级 {} 不低于 {}",
        "unrated": "，无评级",
        "ltv": "，贷款价值比 {:.4g}% 不高于 {:.4g}%",
        "above": "，贷款价值比 {:.4g}% 高于各档",
    },
}


def _reasons(
    rows: pd.DataFrame, place: IndexArray, rating: TextArray, ltv: FloatArray, lang: str
) -> TextArray:
    words = _WORDS[lang]
    rated = set(rows["exposure_class"][rows["worst_rating"] != ""])
    banded = set(rows["exposure_class"][rows["ltv_upper"].notna()])
    records = rows.to_dict("records")
    reasons = np.empty(len(place), dtype=object)
    for i, at in enumerate(place.tolist()):
        row = records[at]
        detail = ""
        if row["worst_rating"]:
            detail += words["rated"].format(rating[i], row["worst_rating"])
        elif row["exposure_class"] in rated:
            detail += words["unrated"]
        if not np.isnan(row["ltv_upper"]):
            detail += words["ltv"].format(100 * ltv[i], 100 * row["ltv_upper"])
        elif row["exposure_class"] in banded:
            detail += words["above"].format(100 * ltv[i])
        label = row[f"label_{lang}"]
        reasons[i] = words["plain"].format(row["scheme"], label, detail, 100 * row["risk_weight"])
    return reasons
