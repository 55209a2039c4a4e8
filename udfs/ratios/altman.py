"""Altman's Z-scores, their zones, and the bond rating that the EM score stands for."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words, column_of
from udfs.kinds import (
    NOT_NEGATIVE,
    POSITIVE,
    Choice,
    FloatArray,
    Language,
    Numbers,
    Table,
    TextArray,
    Texts,
)
from udfs.labels import IndexArray, blank_nan
from udfs.records import record
from udfs.tables import builtin

_MODELS: Final = Choice(
    {
        "Z": ("1968", "Z 值", "listed", "上市"),
        "Z'": ("Z′", "Z’", "1983", "private", "非上市"),
        "Z''": ("Z″", 'Z"', "Z’’", "1995", "non-manufacturer", "非制造业"),
        "EM": ("emerging", "2005", "新兴市场"),
    }
)
_READINGS: Final = Choice({"lower": ("下限",), "nearest": ("最接近", "average")})
_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果", "score"),
        "zone": ("分区",),
        "rating": ("评级",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_DECIMALS: Final = 10
_TERMS: Final = ("x1", "x2", "x3", "x4", "x5")
_RATED: Final = ("EM", "Z''")
_ZONES: Final = {"en": ("distress", "grey", "safe"), "zh": ("困境", "灰色", "安全")}
_TERM_LABELS: Final = {
    "en": (
        "working capital / assets",
        "retained earnings / assets",
        "EBIT / assets",
        "equity / liabilities",
        "sales / assets",
    ),
    "zh": (
        "营运资金/总资产",
        "留存收益/总资产",
        "息税前利润/总资产",
        "权益/总负债",
        "销售收入/总资产",
    ),
}
_HEADERS: Final = {
    "en": ("model", "score", "zone", "rating"),
    "zh": ("模型", "得分", "分区", "评级"),
}
_BETWEEN: Final = {
    "en": ("below {:g}", "from {:g} to {:g}", "above {:g}"),
    "zh": ("低于 {:g}", "{:g} 至 {:g}", "高于 {:g}"),
}
Figure = Annotated[FloatArray, Numbers()]
Models = Annotated[pd.DataFrame, Table(builtin="altman_models")]
Ratings = Annotated[pd.DataFrame, Table(builtin="em_ratings")]


@record
class _Scores:
    """The models applied to all rows.

    Attributes:
        model: which row of the table of models each row uses.
        terms: x1 to x5, a column each; NaN where sales are missing and not needed.
        score: the Z-score; NaN where it has none.
        faults: why a row has no score.
        zone: 0 distress, 1 grey, 2 safe.
    """

    model: IndexArray
    terms: FloatArray
    score: FloatArray
    faults: Faults
    zone: IndexArray


@udf(
    "CR_ALTMAN",
    family="ratios",
    zh="""奥特曼 Z 值：企业财务困境得分、所处分区，以及 EM 得分对应的债券评级。

    权益：模型 Z 用市值，其余模型用账面净资产。营运资金 = 流动资产 - 流动负债。

    参数：
        model: "Z" 上市制造业（1968）；"Z'" 非上市企业（1983）；"Z''" 非制造业；"EM" 新兴市场。可逐行不同。
        current_assets: 流动资产合计，各金额单位一致。
        current_liabilities: 流动负债合计。
        retained_earnings: 留存收益：盈余公积 + 未分配利润，可为负。
        ebit: 息税前利润：利润总额 + 利息费用。
        equity: 权益：模型 Z 为市值，其余为账面净资产，可为负。
        liabilities: 负债合计。
        assets: 资产总计，大于 0。
        sales: 营业收入；仅 Z 与 Z' 需要。
        models: 模型表：系数与分区界限；默认为内置表 altman_models。
        ratings: EM 得分与评级对应表；默认为内置表 em_ratings。
        reading: "lower" 表中数值为各级下限（默认）；"nearest" 为各级均值，取最接近者。
        out: "value" 得分（默认）；"zone" 安全、灰色或困境；"rating" EM 得分对应评级；"why" 理由；"table" 明细。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的数字或文本。评级只适用于 EM 与 Z''（后者先加 3.25）。
    错误：
        缺少所需数值为 #N/A；负债为零为 #DIV/0!；资产不大于零为 #NUM!；模型 Z、Z' 无评级，为 #N/A。
    来源：
        Altman 1968、1983、1995、2005；见 CR_POLICY("altman_models")、CR_POLICY("em_ratings")。
    """,
)
def altman_score(
    model: Annotated[TextArray, Texts(options=_MODELS)],
    current_assets: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)],
    current_liabilities: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)],
    retained_earnings: Figure,
    ebit: Figure,
    equity: Figure,
    liabilities: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)],
    assets: Annotated[FloatArray, Numbers(bounds=POSITIVE)],
    sales: Annotated[FloatArray | None, Numbers(bounds=NOT_NEGATIVE)] = None,
    models: Models | None = None,
    ratings: Ratings | None = None,
    reading: Annotated[str, _READINGS] = "lower",
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Altman's Z-score of financial distress, its zone, and the bond rating of the EM score.

    Equity is the market value for model Z and the book value for the others; working capital is
    current assets less current liabilities.

    Args:
        model: "Z" listed manufacturers (1968); "Z'" private firms (1983); "Z''" non-manufacturers;
            "EM" emerging markets. It may differ from row to row.
        current_assets: Current assets, all amounts in one unit of money.
        current_liabilities: Current liabilities.
        retained_earnings: Surplus reserve and undistributed profit; may be below zero.
        ebit: Profit before tax plus interest expense.
        equity: Market value for model Z, book value for the others; may be below zero.
        liabilities: Total liabilities.
        assets: Total assets, above zero.
        sales: Revenue; only Z and Z' need it.
        models: Models: coefficients and zones; default the built-in altman_models.
        ratings: EM score of each rating; default the built-in em_ratings.
        reading: "lower" the numbers of ratings are lower bounds (default); "nearest" they are
            averages, and the nearest counts.
        out: "value" the score (default); "zone" safe, grey or distress; "rating" of the EM score;
            "why" the reason; "table" all parts.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        Number or text in the common shape. A rating exists for EM and for Z'' (plus 3.25) only.

    Errors:
        #N/A where a figure is missing that the model needs, or a rating is asked of Z or Z';
        #DIV/0! without liabilities; #NUM! where assets are not above zero.

    Example:
        =CR_ALTMAN({"Z";"Z'";"EM"},450,300,200,90,{600;400;400},600,1000,1100) -> {2.457;1.93438;6.1908}
        =CR_ALTMAN("EM",450,300,200,90,400,600,1000,,,,,"rating") -> "BBB"

    Source:
        Altman 1968, 1983, 1995, 2005; see CR_POLICY("altman_models") and CR_POLICY("em_ratings").
    """
    table = builtin("altman_models").rows if models is None else models
    place = _rows_of(model, table)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.column_stack(
            [
                (current_assets - current_liabilities) / assets,
                retained_earnings / assets,
                ebit / assets,
                np.where(liabilities > 0, equity / liabilities, np.nan),
                np.full(len(assets), np.nan) if sales is None else sales / assets,
            ]
        )
    scores = _scored(table, place, terms)
    if out == "value":
        return faulty(scores.score, scores.faults.items()) if scores.faults else scores.score
    if out == "zone":
        zones = np.array(_ZONES[lang], dtype=object)
        return faulty(zones[scores.zone], scores.faults.items())
    scale = builtin("em_ratings").rows if ratings is None else ratings
    grades, unrated = _graded(table, scores, scale, reading)
    if out == "rating":
        return faulty(grades, (unrated | scores.faults).items())
    if out == "table":
        return _table(table, scores, grades, lang)
    return faulty(_reasons(table, scores, grades, lang), scores.faults.items())


def _rows_of(model: TextArray, table: pd.DataFrame) -> IndexArray:
    """The row of the table of models that each customer uses.

    Raises:
        CallError: the table lacks a model that is asked for.
    """
    known = {_MODELS.find(str(name)): row for row, name in enumerate(table["model"])}
    codes, wanted = pd.factorize(model)
    for name in wanted:
        if name not in known:
            given = Words(f"no row for {name}", f"缺少 {name} 一行")
            raise CallError(
                column_of("models", "model", "模型"),
                given,
                Words("a row for every model asked for", "包含所用的每个模型"),
            )
    return np.array([known[name] for name in wanted], dtype=np.intp)[codes]


def _scored(table: pd.DataFrame, model: IndexArray, terms: FloatArray) -> _Scores:
    weights = table[list(_TERMS)].to_numpy(dtype=np.float64)[model]
    parts = np.where(weights == 0, 0.0, weights * terms)
    constant = table["constant"].to_numpy(dtype=np.float64)[model]
    # Rounded, so that a sum of binary fractions never moves a firm over a limit of the zones.
    score = np.round(constant + parts.sum(axis=1), _DECIMALS)
    faults: Faults = {}
    no_debt = CellError(
        errors.DIV0,
        "liabilities are zero, so that equity / liabilities has no value.",
        "liabilities 为零，权益/总负债没有意义。",
    )
    for row in np.flatnonzero(np.isnan(score)).tolist():
        no_sales = np.isnan(parts[row, -1])
        faults[row] = _no_sales(str(table["model"].iloc[model[row]])) if no_sales else no_debt
    low, high = (
        table[name].to_numpy(dtype=np.float64)[model] for name in ("distress_below", "safe_above")
    )
    zone = (score >= low).astype(np.intp) + (score > high)
    return _Scores(model, terms, score, faults, zone)


def _no_sales(model: str) -> CellError:
    return CellError(
        errors.NA,
        f"sales is missing; model {model} needs it.",
        joined("缺少 sales，模型", model, "需要该数值。"),
    )


def _graded(
    table: pd.DataFrame, scores: _Scores, scale: pd.DataFrame, reading: str
) -> tuple[TextArray, Faults]:
    """The rating that the EM score of each row stands for, and why a row has none."""
    names = [_MODELS.find(str(name)) for name in table["model"]]
    rated = np.array([name in _RATED for name in names])[scores.model]
    grades = np.full(len(rated), None, dtype=object)
    unrated: Faults = {}
    if not rated.all():
        error = CellError(
            errors.NA,
            "a rating belongs to the models EM and Z'' only.",
            "只有模型 EM 与 Z'' 有对应评级。",
        )
        unrated = dict.fromkeys(np.flatnonzero(~rated).tolist(), error)
    if rated.any():
        em = _rows_of(np.array(["EM"], dtype=object), table).repeat(int(rated.sum()))
        score = _scored(table, em, scores.terms[rated]).score
        labels = np.array([*scale["grade"]], dtype=object)
        grades[rated] = labels[_places(scale, score, reading)]
    grades[list(scores.faults)] = None
    return grades, unrated


def _places(scale: pd.DataFrame, score: FloatArray, reading: str) -> IndexArray:
    """The row of the scale that each score belongs to; the last one if it is below all.

    Raises:
        CallError: the scores of the scale do not fall from row to row.
    """
    bounds = scale["em_score"].to_numpy(dtype=np.float64)
    steps = bounds[~np.isnan(bounds)]
    if np.isnan(bounds[:-1]).any() or (np.diff(steps) >= 0).any():
        raise CallError(
            column_of("ratings", "em_score", "EM 得分"),
            steps.tolist(),
            Words(
                "falling numbers, blank in the last row at most", "由高到低的数值，至多最后一行留空"
            ),
        )
    cuts = steps
    if reading == "nearest":
        cuts = np.append(
            (steps[:-1] + steps[1:]) / 2, steps[-1:] if len(steps) < len(bounds) else []
        )
    place = np.searchsorted(-cuts, -np.nan_to_num(score, nan=-np.inf), side="left")
    # A score on a cut-off belongs to the better rating.
    return np.minimum(place, len(bounds) - 1)


def _table(table: pd.DataFrame, scores: _Scores, grades: TextArray, lang: str) -> pd.DataFrame:
    model, score, zone, rating = _HEADERS[lang]
    zones = np.array(_ZONES[lang], dtype=object)
    shown = {model: table["model"].to_numpy(dtype=object)[scores.model]}
    for label, column in zip(_TERM_LABELS[lang], scores.terms.T, strict=True):
        shown[label] = blank_nan(column)
    shown[score] = faulty(scores.score, scores.faults.items())
    shown[zone] = faulty(zones[scores.zone], scores.faults.items())
    shown[rating] = faulty(grades, scores.faults.items())
    return pd.DataFrame(shown, dtype=object)


def _reasons(table: pd.DataFrame, scores: _Scores, grades: TextArray, lang: str) -> TextArray:
    sentence = {
        "en": "{} {:.3f}: {} zone ({}); {}{}.",
        "zh": "{} {:.3f}：{}区（{}）；{}{}。",
    }[lang]
    rating = {"en": "; bond rating equivalent {}", "zh": "；对应债券评级 {}"}[lang]
    mark = "、" if lang == "zh" else ", "
    labels = table[f"label_{lang}"].tolist()
    weights = table[list(_TERMS)].to_numpy(dtype=np.float64)
    low, high = table["distress_below"].tolist(), table["safe_above"].tolist()
    reasons = np.empty(len(scores.score), dtype=object)
    rows = zip(scores.model.tolist(), scores.score.tolist(), scores.zone.tolist(), strict=True)
    for i, (model, score, zone) in enumerate(rows):
        if i in scores.faults:
            continue
        limits = [(low[model],), (low[model], high[model]), (high[model],)][zone]
        figures = mark.join(
            f"{label} {term:.3f}"
            for label, term, weight in zip(
                _TERM_LABELS[lang], scores.terms[i].tolist(), weights[model], strict=True
            )
            if weight
        )
        tail = rating.format(grades[i]) if grades[i] else ""
        between = _BETWEEN[lang][zone].format(*limits)
        reasons[i] = sentence.format(
            labels[model], score, _ZONES[lang][zone], between, figures, tail
        )
    return reasons
