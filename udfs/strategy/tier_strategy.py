"""Strategy of a risk tier: what it says, what to do, when to review."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults, faulty
from udfs.errors import CallError, CellError, Words, column_of, one_of
from udfs.kinds import (
    DateArray,
    Dates,
    FloatArray,
    Language,
    Output,
    Table,
    Text,
    TextArray,
    Texts,
)
from udfs.labels import NOWHERE, IndexArray, places, unknown_rows
from udfs.read_once import read_once
from udfs.records import record
from udfs.segments.account_tiers import WARNINGS
from udfs.tables import builtin

TierStrategy = Annotated[pd.DataFrame, Table(builtin="tier_strategy")]
TierActions = Annotated[pd.DataFrame, Table(builtin="tier_actions")]
ReviewIntervals = Annotated[pd.DataFrame, Table(builtin="review_intervals")]
TIER_COLUMNS: Final = ("tier", "label_en", "label_zh")
WARNING_COLUMNS: Final = ("warning", "label_en", "label_zh")


@udf(
    "CR_STRATEGY",
    family="strategy",
    zh="""读取风险层级的管理策略：审批路径、利差、授信额度倍数、担保、监控、措施、产品、责任人等。

    参数：
        tier: 风险层级，中文或英文或代码，单元格或区域。
        item: 策略表的一列，如 approval、spread_bp、limit_multiple、max_ltv、actions，也可用中文表头。
        policy: 策略表；默认为内置表 tier_strategy。
        lang: 文本的语言，"en" 或 "zh"。
    结果：
        与 tier 同形的文本或数字。
    错误：
        表中没有的层级为 #VALUE!；没有该列则整个调用为 #VALUE!。
    来源：
        高、中、低风险与优质客户的管理策略；各项数值为 creditcells 默认，见 CR_POLICY("tier_strategy")。
    """,
)
def strategy_of_tier(
    tier: Annotated[TextArray, Texts()],
    item: Annotated[str, Text()],
    policy: TierStrategy | None = None,
    lang: Language = "en",
) -> TextArray | FloatArray:
    """What the strategy says for a risk tier: approval path, price, limit, collateral, actions.

    Args:
        tier: Risk tier by code or label in either language, one cell or a range.
        item: Column of the strategy: approval, spread_bp, limit_multiple, max_ltv, collateral,
            repayment, monitoring, monitoring_months, review_months, actions, products, owner.
        policy: Strategy table; default the built-in tier_strategy.
        lang: Language of texts, "en" or "zh".

    Returns:
        Text or numbers in the shape of tier.

    Errors:
        #VALUE! where the policy does not have the tier; the whole call if it lacks the item.

    Example:
        =CR_STRATEGY({"premium";"高风险"},"spread_bp") -> {-20;300}
        =CR_STRATEGY("low","collateral",,"zh") -> "主要抵押或一项保证；信用部分不超过授信额度的 30%"

    Source:
        Management strategies for high, medium, low risk and premium customers; figures are a
        creditcells default, see CR_POLICY("tier_strategy").
    """
    policy = builtin("tier_strategy").rows if policy is None else policy
    column = _column(item, policy, lang)
    place = places(tier, policy, *TIER_COLUMNS)
    values = policy[column].to_numpy()[place]
    faults = unknown_rows("tier", tier, place, policy["tier"])
    return faulty(values, faults.items()) if faults else values


def _column(item: str, policy: pd.DataFrame, lang: str) -> str:
    """The column that an item names: by its name, its Chinese header, or without the language."""
    wanted = _plain(item)
    table = builtin("tier_strategy")
    named = {_plain(column.zh): column.name for column in table.columns}
    name = named.get(wanted, wanted)
    base = name.removesuffix("_zh").removesuffix("_en")
    for candidate in (f"{base}_{lang}", name):
        if candidate in policy.columns:
            return candidate
    items = dict.fromkeys(
        column.name.removesuffix("_zh").removesuffix("_en") for column in table.columns
    )
    raise CallError("item", item, one_of(items))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


@udf(
    "CR_ACTION",
    family="strategy",
    zh="""按风险层级与价值类别给出应采取的管理措施。

    参数：
        tier: 风险层级，中文或英文或代码，单元格或区域。
        value_class: 价值类别 A、B、C 或观察；空白时给出该层级的一般措施。
        policy: 措施表；默认为内置表 tier_actions。
        lang: 措施的语言，"en" 或 "zh"。
    结果：
        与各参数同形的文本。
    错误：
        表中没有的层级或类别为 #VALUE!。
    来源：
        高、中、低风险与优质客户的管理策略；按价值类别的细分为 creditcells 默认，见
        CR_POLICY("tier_actions")。
    """,
)
def actions_of_tier(
    tier: Annotated[TextArray, Texts()],
    value_class: Annotated[TextArray, Texts()] | None = None,
    policy: TierActions | None = None,
    lang: Language = "en",
) -> TextArray:
    """What to do with a customer, by risk tier and value class.

    Args:
        tier: Risk tier by code or label in either language, one cell or a range.
        value_class: Value class A, B, C or watch; blank gives the actions of the tier in general.
        policy: Table of actions; default the built-in tier_actions.
        lang: Language of the actions, "en" or "zh".

    Returns:
        Text in the common shape.

    Errors:
        #VALUE! where the policy does not have the tier or the class.

    Example:
        =CR_ACTION("low") -> "Simplify process and approval; preferential rates and flexible repayment; build loyalty and cross-sell"
        =CR_ACTION("高风险","C",,"zh") -> "退出：不再续贷，到期收回，必要时处置抵押物"

    Source:
        Management strategies for high, medium, low risk and premium customers; the split by value
        class is a creditcells default, see CR_POLICY("tier_actions").
    """
    policy = builtin("tier_actions").rows if policy is None else policy
    classes = np.full(len(tier), "", dtype=object) if value_class is None else value_class
    tier_place = places(tier, policy, *TIER_COLUMNS)
    class_place = places(classes, policy, "value_class", "value_class_zh")
    general = np.equal(classes, "")
    faults = unknown_rows(
        "value_class",
        classes,
        np.where(general, 0, class_place),
        filter(None, policy["value_class"]),
    )
    faults |= unknown_rows("tier", tier, tier_place, policy["tier"])
    row = _action_rows(policy, tier_place, class_place, general)
    for i in np.flatnonzero(row == NOWHERE).tolist():
        faults.setdefault(i, _no_action(str(tier[i]), str(classes[i])))
    return faulty(policy[f"actions_{lang}"].to_numpy()[row], faults.items())


@read_once
def _action_grid(policy: pd.DataFrame) -> tuple[IndexArray, IndexArray, TextArray, IndexArray]:
    """The number of each row's tier and class, the classes, and the first row of each pair."""
    tiers, tier_names = pd.factorize(policy["tier"])
    classes, class_names = pd.factorize(policy["value_class"])
    grid = np.full((len(tier_names), len(class_names) + 1), NOWHERE, dtype=np.intp)
    for row in reversed(range(len(policy))):
        grid[tiers[row], classes[row]] = row
    return tiers, classes, np.asarray(class_names, dtype=object), grid


def _action_rows(
    policy: pd.DataFrame, tier_place: IndexArray, class_place: IndexArray, general: BoolArray
) -> IndexArray:
    """The policy row of each tier and class; ``NOWHERE`` where the policy has none."""
    tiers, classes, class_names, grid = _action_grid(policy)
    blank = np.flatnonzero(class_names == "")
    wanted = np.where(general, blank[0] if len(blank) else NOWHERE, classes[class_place])
    rows: IndexArray = grid[tiers[tier_place], wanted]
    return rows


def _no_action(tier: str, value_class: str) -> CellError:
    return CellError(
        errors.VALUE,
        f"policy must have a row for tier {tier} and class {value_class or '(blank)'}.",
        f"policy 中应有层级 {tier}、类别 {value_class or '（空）'} 的行。",
    )


@udf(
    "CR_NEXTREVIEW",
    family="strategy",
    zh="""按风险层级与预警给出下次复评日期：上次复评日加上间隔月数，超出月末的取月末。

    有预警时取层级间隔与预警间隔中较短者。1 月 31 日加一个月为 2 月最后一天。

    参数：
        last_review: 上次复评日期。
        tier: 风险层级，中文或英文或代码。
        warning: 预警结果，如 CR_EWS 的结果：绿、黄、橙、红或数据不足，中英文均可；空白为没有预警记录。
        policy: 策略表，取其 review_months 一列；默认为内置表 tier_strategy。
        intervals: 各预警的最长间隔月数；默认为内置表 review_intervals。
        out: "value" 日期（默认）；"why" 理由；"table" 日期、间隔及其依据。
        lang: 理由的语言，"en" 或 "zh"。
    结果：
        与各参数同形的日期（Excel 序列号，请设置日期格式）。
    错误：
        缺上次复评日或层级为 #N/A；层级、预警或日期无法识别为 #VALUE!。
    来源：
        客户分类每季评估、每年复评；月数为 creditcells 默认，见 CR_POLICY("tier_strategy") 与
        CR_POLICY("review_intervals")。
    """,
)
def next_review(
    last_review: Annotated[DateArray, Dates()],
    tier: Annotated[TextArray, Texts()],
    warning: Annotated[TextArray, Texts(options=WARNINGS)] | None = None,
    policy: TierStrategy | None = None,
    intervals: ReviewIntervals | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> DateArray | TextArray | pd.DataFrame:
    """Date of the next review by risk tier and warning: last review plus the months between.

    The shorter of the tier's and the warning's interval counts. The day stays, or is the month's
    last: 31 January and one month give the last day of February.

    Args:
        last_review: Date of the last review.
        tier: Risk tier by code or label in either language.
        warning: Early warning, such as the result of CR_EWS: green, yellow, orange, red or
            insufficient data; blank if no warning is on record.
        policy: Strategy table, of which review_months is read; default the built-in
            tier_strategy.
        intervals: Longest interval under each warning, in months; default the built-in
            review_intervals.
        out: "value" the date (default); "why" the reason; "table" the date, the months and what
            they come from.
        lang: Language of the reason, "en" or "zh".

    Returns:
        Dates (Excel serial numbers: format the cells as dates) in the common shape.

    Errors:
        #N/A where last_review or tier is missing; #VALUE! where tier, warning or date is unknown.

    Example:
        =CR_NEXTREVIEW("2026-01-31","high","red",,,"why") -> "Review by 2026-02-28: 1 month after 2026-01-31; the red warning shortens the 3 months of tier high."

    Source:
        Quarterly assessment and yearly review of customer classes; the months are a creditcells
        default, see CR_POLICY("tier_strategy") and CR_POLICY("review_intervals").
    """
    policy = builtin("tier_strategy").rows if policy is None else policy
    intervals = builtin("review_intervals").rows if intervals is None else intervals
    place = places(tier, policy, *TIER_COLUMNS)
    faults = unknown_rows("tier", tier, place, policy["tier"])
    usual = _whole_months(
        policy["review_months"], column_of("policy", "review_months", "复评间隔月数")
    )[place]
    urgent = np.full(len(tier), np.inf)
    if warning is not None:
        longest = _whole_months(
            intervals["months"].fillna(np.inf), column_of("intervals", "months", "最长间隔月数")
        )
        # The last place stands for a warning that is blank or not in the table.
        urgent = np.append(longest, np.inf)[places(warning, intervals, *WARNING_COLUMNS)]
    months_between = np.minimum(usual, urgent).astype(np.int64)
    due = add_months(last_review, months_between)
    if out == "value":
        return faulty(due, faults.items()) if faults else due
    if out == "table":
        return _review_parts(due, months_between, urgent < usual, faults, lang)
    shown = policy[f"label_{lang}"].to_numpy()[place]
    reviews = _Reviews(last_review, shown, warning, usual, months_between, due)
    return _review_reasons(reviews, faults, lang)


def _whole_months(months: pd.Series[float], where: str) -> FloatArray:
    values = np.asarray(months, dtype=np.float64)
    bad = ~((values >= 1) & (np.floor(values) == values))
    if bad.any():
        allowed = Words("a whole number of months from 1", "不小于 1 的整月数")
        raise CallError(where, float(values[bad][0]), allowed, code=errors.NUM)
    return values


def add_months(dates: DateArray, months: npt.NDArray[np.int64]) -> DateArray:
    """The same day so many months later, or the month's last day where it has no such day."""
    month = dates.astype("datetime64[M]")
    day = (dates.astype("datetime64[D]") - month.astype("datetime64[D]")).astype(np.int64)
    target = month + months
    last = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    later: DateArray = target.astype("datetime64[D]") + np.minimum(day, last - 1)
    return later


@record
class _Reviews:
    last: DateArray
    tier: TextArray
    warning: TextArray | None
    usual: FloatArray
    months: npt.NDArray[np.int64]
    due: DateArray


def _review_parts(
    due: DateArray,
    months: npt.NDArray[np.int64],
    shortened: BoolArray,
    faults: Faults,
    lang: str,
) -> pd.DataFrame:
    headers = {
        "en": ("next_review", "months", "interval_from"),
        "zh": ("下次复评日", "间隔月数", "间隔依据"),
    }[lang]
    sources = {"en": ("tier", "warning"), "zh": ("层级", "预警")}[lang]
    origin = np.array(sources, dtype=object)[shortened.astype(np.intp)]
    parts = (due, months.astype(np.float64), origin)
    return pd.DataFrame(
        {
            name: faulty(part, faults.items()) if faults else part
            for name, part in zip(headers, parts, strict=True)
        }
    )


_USUAL: Final = {
    "en": "Review by {}: {} after {} for tier {}.",
    "zh": "应于 {0} 前复评：“{3}”层级间隔 {1}，自 {2} 起算。",
}
_SHORTENED: Final = {
    "en": "Review by {}: {} after {}; the {} warning shortens the {} of tier {}.",
    "zh": "应于 {0} 前复评：自 {2} 起 {1}；{3}预警缩短了“{5}”层级的间隔（{4}）。",
}


def _review_reasons(reviews: _Reviews, faults: Faults, lang: str) -> TextArray:
    reasons = np.empty(len(reviews.tier), dtype=object)
    for i in range(len(reasons)):
        if i in faults:
            reasons[i] = faults[i]
            continue
        due, last = str(reviews.due[i]), str(reviews.last[i].astype("datetime64[D]"))
        months = _in_months(int(reviews.months[i]), lang)
        tier = reviews.tier[i]
        if reviews.warning is not None and reviews.months[i] < reviews.usual[i]:
            colour = reviews.warning[i]
            shown = colour if lang == "en" else WARNINGS.options[colour][1]
            usual = _in_months(int(reviews.usual[i]), lang)
            reasons[i] = _SHORTENED[lang].format(due, months, last, shown, usual, tier)
        else:
            reasons[i] = _USUAL[lang].format(due, months, last, tier)
    return reasons


def _in_months(months: int, lang: str) -> str:
    if lang == "zh":
        return f"{months} 个月"
    return "1 month" if months == 1 else f"{months} months"
