"""Account classes A (high value), B (medium), C (low risk) and watch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import BoolArray, faulty
from udfs.errors import CallError, CellError, Words, column_of
from udfs.kinds import (
    PROBABILITY,
    FloatArray,
    Language,
    Numbers,
    Output,
    Table,
    TextArray,
    Texts,
)
from udfs.labels import NOWHERE, IndexArray
from udfs.records import record
from udfs.segments.account_tiers import WARNINGS
from udfs.segments.percentiles import share_ahead
from udfs.tables import builtin
from udfs.value_classes.abc_classes import Limits, abc_places

AccountClasses = Annotated[pd.DataFrame, Table(builtin="account_classes")]

_HEADERS: Final = {
    "en": ("class", "meaning", "contribution_share", "pd", "warning"),
    "zh": ("类别", "含义", "贡献位次", "违约概率", "预警"),
}
_NO_CLASS: Final = CellError(
    errors.NA,
    "policy: no row fits this customer; add a last row without conditions.",
    "policy：没有符合该客户的行，请在末尾加一行不设条件。",
)


@udf(
    "CR_ABC3",
    family="value_classes",
    zh="""全体客户：按贡献与风险分为 A（高价值）、B（中等）、C（低风险）与观察类。

    贡献位次由传入的全部客户算出，故须传入整个区域；政策表自上而下取第一个符合的行。仅凭三类无处安放高风险、
    低价值的客户，故另设观察类。

    参数：
        contribution: 每个客户的贡献，如利息、手续费等收入合计，单位自定。
        pd: 一年期违约概率，小数。
        warning: 预警颜色 green、yellow、orange、red 或绿、黄、橙、红；空白为没有预警记录。
        policy: 政策表；默认为内置表 account_classes。
        out: "value" 类别（默认）；"why" 理由；"table" 类别、含义与依据。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        每行一个类别：A、B、C 或观察。
    错误：
        缺贡献或违约概率为 #N/A，该行不计入位次；违约概率不在 0 与 1 之间为 #NUM!。
    来源：
        客户关系管理的 A、B、C 分类；各项界限为 creditcells 默认，见 CR_POLICY("account_classes")。
    """,
)
def account_class(
    contribution: Annotated[FloatArray, Numbers()],
    pd: Annotated[FloatArray, Numbers(bounds=PROBABILITY)],
    warning: Annotated[TextArray, Texts(options=WARNINGS)] | None = None,
    policy: AccountClasses | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """All customers together: class A (high value), B (medium), C (low risk) or watch.

    The place by contribution is counted among all customers passed, so pass the whole range. The
    first row of the policy that fits gives the class. The three classes alone have no place for
    risky customers of low value: they are on watch.

    Args:
        contribution: Contribution of each customer, such as interest and fees, in any unit.
        pd: Probability of default in one year, decimal.
        warning: Colour of the early warning: green, yellow, orange or red; blank if no warning is
            on record.
        policy: Policy table; default the built-in account_classes.
        out: "value" the class (default); "why" the reason; "table" class, meaning and figures.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        A, B, C or Watch per row.

    Errors:
        #N/A where contribution or pd is missing, and the row is not counted; #NUM! where pd is not
        between 0 and 1.

    Example:
        =CR_ABC3({900;80;70;60;50},{0.001;0.001;0.01;0.05;0.0005}) -> {"A";"C";"B";"Watch";"C"}

    Source:
        Classes of relationship banking; the limits are a creditcells default, see
        CR_POLICY("account_classes").
    """
    policy = rules(policy)
    largest = {
        row: abc_places(contribution, limits) == 0 for row, limits in limits_of(policy).items()
    }
    standing = Standing(share_ahead(contribution), largest)
    return classes_as_output(standing, pd, warning, policy, out, lang)


def rules(policy: pd.DataFrame | None) -> pd.DataFrame:
    """The policy given, or the built-in one."""
    return builtin("account_classes").rows if policy is None else policy


def limits_of(policy: pd.DataFrame) -> dict[int, Limits]:
    """The rows of a policy that ask for the customers who bring a part of all contributions."""
    cuts = enumerate(policy["cumulative_share"])
    return {row: Limits(cut_a=float(cut), cut_b=1.0) for row, cut in cuts if not np.isnan(cut)}


@record
class Standing:
    """Where customers stand among all of them by contribution.

    Attributes:
        share: of the customers who contribute more.
        largest: whether each is one of those who bring the part that a row of the policy asks
            for, by the row's place.
    """

    share: FloatArray
    largest: Mapping[int, BoolArray]


def classes_as_output(
    standing: Standing,
    pd: FloatArray,
    warning: TextArray | None,
    policy: pd.DataFrame,
    out: str,
    lang: str,
) -> TextArray | pd.DataFrame:
    """The classes of customers whose standing is known, in the form asked for."""
    share = standing.share
    place = np.full(len(pd), NOWHERE, dtype=np.intp)
    for row in reversed(range(len(policy))):
        fits = _fits(policy.iloc[row], share, pd, warning)
        place[fits & standing.largest[row] if row in standing.largest else fits] = row
    faults = dict.fromkeys(np.flatnonzero(place == NOWHERE).tolist(), _NO_CLASS)
    labels = policy[f"label_{lang}"].to_numpy(dtype=object)
    if out == "value":
        return faulty(labels[place], faults.items()) if faults else labels[place]
    colours = _colours(warning, len(pd), lang)
    if out == "table":
        meanings = policy[f"meaning_{lang}"].to_numpy(dtype=object)
        columns = (labels[place], meanings[place], share, pd, colours)
        return _frame(columns, faults, lang)
    reasons = _reasons(policy, place, (share, pd, colours), lang)
    return faulty(reasons, faults.items())


def _fits(
    row: pd.Series[Any], share: FloatArray, pd: FloatArray, warning: TextArray | None
) -> BoolArray:
    """Which customers fulfil the conditions of a row, but for that on cumulative contributions.

    A blank limit is NaN and limits nothing.
    """
    fits = ~((share >= row["contribution_share"]) | (pd < row["pd_lower"]))
    fits &= ~(pd >= row["pd_upper"])
    colours = _listed(row["warnings"])
    if colours:
        fits &= False if warning is None else np.isin(warning.astype(str), colours)
    return np.asarray(fits, dtype=bool)


def _listed(text: str) -> list[str]:
    colours = []
    for word in text.replace("\N{FULLWIDTH SEMICOLON}", ";").split(";"):
        if not word.strip():
            continue
        colour = WARNINGS.find(word)
        if colour is None:
            column = column_of("policy", "warnings", "预警颜色")
            allowed = Words(
                "colours: " + ", ".join(WARNINGS.options), "颜色：" + "、".join(WARNINGS.options)
            )
            raise CallError(column, word, allowed)
        colours.append(colour)
    return colours


def _colours(warning: TextArray | None, count: int, lang: str) -> TextArray:
    shown = np.full(count, "", dtype=object) if warning is None else warning
    if lang == "en":
        return shown
    chinese = {colour: words[1] for colour, words in WARNINGS.options.items()}
    translated = np.empty(count, dtype=object)
    translated[:] = [chinese.get(str(colour), "") for colour in shown]
    return translated


def _frame(columns: tuple[Any, ...], faults: dict[int, CellError], lang: str) -> pd.DataFrame:
    shown = (faulty(column, faults.items()) if faults else column for column in columns)
    return pd.DataFrame(dict(zip(_HEADERS[lang], shown, strict=True)))


def _reasons(
    policy: pd.DataFrame,
    place: IndexArray,
    figures: tuple[FloatArray, FloatArray, TextArray],
    lang: str,
) -> TextArray:
    sentence = {
        "en": "{:.1%} of customers contribute more, PD {:.4%}, {}: class {}.",
        "zh": "贡献更高的客户占 {:.1%}，违约概率 {:.4%}，{}：{}。",
    }[lang]
    none = {"en": "no warning on record", "zh": "没有预警记录"}[lang]
    colour = {"en": "warning {}", "zh": "{}预警"}[lang]
    rules = [_rule(policy.iloc[row], lang) for row in range(len(policy))]
    reasons = np.empty(len(place), dtype=object)
    reasons[:] = [
        sentence.format(share, pd, colour.format(shown) if shown else none, rules[row])
        for row, share, pd, shown in zip(place, *figures, strict=True)
    ]
    return reasons


def _rule(row: pd.Series[Any], lang: str) -> str:
    """The class of a row with its conditions in words."""
    words = {
        "contribution_share": {"en": "contribution in the top {:.4g}", "zh": "贡献位于前 {:.4g}"},
        "cumulative_share": {
            "en": "among the customers who bring {:.4g} of all contributions",
            "zh": "属于合计贡献 {:.4g} 的客户",
        },
        "pd_lower": {"en": "PD at least {:.4%}", "zh": "违约概率不低于 {:.4%}"},
        "pd_upper": {"en": "PD below {:.4%}", "zh": "违约概率低于 {:.4%}"},
    }
    parts = [
        text[lang].format(row[name]) for name, text in words.items() if not np.isnan(row[name])
    ]
    if row["warnings"]:
        parts.append({"en": "warning {}", "zh": "预警为 {}"}[lang].format(row["warnings"]))
    shown, joint, rest = {
        "en": ("{} ({}: {})", ", ", "all others"),
        "zh": ("{}（{}：{}）", "、", "其余客户"),
    }[lang]
    conditions = joint.join(parts) or rest
    return shown.format(row[f"label_{lang}"], row[f"meaning_{lang}"], conditions)
