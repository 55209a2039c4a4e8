"""Service levels of accounts: strategic, core and general."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults, faulty
from udfs.errors import CallError, CellError, column_of, one_of
from udfs.grading.grade_order import GradeOrder, grade_order
from udfs.kinds import (
    PROBABILITY,
    Choice,
    FlagArray,
    Flags,
    FloatArray,
    Language,
    Numbers,
    Output,
    Table,
    TableColumn,
    TextArray,
    Texts,
)
from udfs.labels import NOWHERE, IndexArray, blank_nan, once_each, unknown_rows
from udfs.read_once import read_column, read_once
from udfs.records import record
from udfs.tables import builtin

WARNINGS: Final = Choice(
    {
        "green": ("绿", "绿色"),
        "yellow": ("黄", "黄色"),
        "orange": ("橙", "橙色"),
        "red": ("红", "红色"),
        "insufficient data": ("insufficient", "数据不足"),
    }
)
"""The results of early warning; a blank means that no warning is on record."""

AccountTiers = Annotated[pd.DataFrame, Table(builtin="account_tiers")]
GradeScale = Annotated[
    pd.DataFrame, Table(columns=(TableColumn(name="grade", zh="等级", kind="text"),))
]


@udf(
    "CR_TIER",
    family="segments",
    zh="""按贡献、信用等级与集团关系划分战略客户、核心客户、一般客户。

    政策表自上而下取第一个符合的行；橙色、红色预警不得列为战略客户。

    参数：
        contribution_share: 贡献位次：贡献更高的客户占比，0 为最高，小数。
        grade: 信用等级。
        group: 是否属于战略集团，TRUE 或 FALSE；空白不算。
        warning: 预警颜色 green、yellow、orange、red 或绿、黄、橙、红；空白为没有预警记录。
        policy: 政策表；默认为内置表 account_tiers。
        scale: 等级由好到差的表，含“等级”一列；默认为内置表 grade_scale。
        out: "value" 层级（默认）；"why" 理由；"table" 层级及其条件。
        lang: 层级与理由的语言，"en" 或 "zh"。
    结果：
        与各参数同形的文本：战略客户、核心客户、一般客户。
    错误：
        缺位次或等级为 #N/A；等级或预警无法识别为 #VALUE!；位次不在 0 与 1 之间为 #NUM!。
    来源：
        对公客户关系管理中的战略、核心、一般客户；各项界限为 creditcells 默认，见
        CR_POLICY("account_tiers")。
    """,
)
def account_tier(
    contribution_share: Annotated[FloatArray, Numbers(bounds=PROBABILITY)],
    grade: Annotated[TextArray, Texts()],
    group: Annotated[FlagArray, Flags()] | None = None,
    warning: Annotated[TextArray, Texts(options=WARNINGS)] | None = None,
    policy: AccountTiers | None = None,
    scale: GradeScale | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """Account tier by contribution, grade and group: strategic, core or general.

    The first row of the policy that fits gives the tier. An orange or red warning keeps a
    customer out of the strategic tier.

    Args:
        contribution_share: Share of customers who contribute more, decimal, 0 for the largest.
        grade: Credit grade.
        group: Whether the customer belongs to a strategic group, TRUE or FALSE; blank does not
            count as one.
        warning: Colour of the early warning: green, yellow, orange or red; blank if no warning is
            on record.
        policy: Policy table; default the built-in account_tiers.
        scale: Table with a column grade, best first; default the built-in grade_scale.
        out: "value" the tier (default); "why" the reason; "table" the tier and its conditions.
        lang: Language of tier and reason, "en" or "zh".

    Returns:
        Text in the common shape: strategic, core or general.

    Errors:
        #N/A where share or grade is missing; #VALUE! where grade or warning is unknown; #NUM!
        where the share is not between 0 and 1.

    Example:
        =CR_TIER({0.01;0.1;0.01;0.6},{"AA";"A";"BB";"AAA"}) -> {"strategic";"core";"general";"general"}
        =CR_TIER(0.01,"AA",,"red",,,"value","zh") -> "一般客户"

    Source:
        Strategic, core and general customers of relationship management in corporate lending; the
        limits are a creditcells default, see CR_POLICY("account_tiers").
    """
    policy = builtin("account_tiers").rows if policy is None else policy
    order = grade_order(builtin("grade_scale").rows if scale is None else scale)
    ranks = order.ranks(grade)
    customers = _Customers(contribution_share, grade, ranks, group, warning)
    tests = [_tests(customers, row, order) for row in _records(policy)]
    place = _first_fit(tests, len(grade))
    unreadable = np.where(np.isnan(ranks), NOWHERE, 0)
    faults = unknown_rows("grade", grade, unreadable, order.grades)
    for i in np.flatnonzero(place == NOWHERE).tolist():
        faults.setdefault(i, _NO_TIER)
    labels = read_column(policy, f"label_{lang}")
    if out == "value":
        return faulty(labels[place], faults.items())
    if out == "table":
        return _conditions(policy, place, labels, faults, lang)
    reasons = [
        faults[i] if i in faults else _reason(customers, i, policy, place[i], tests, lang)
        for i in range(len(grade))
    ]
    return np.array(reasons, dtype=object)


_NO_TIER: Final = CellError(
    errors.NA,
    "policy: no row fits this customer; add a last row without conditions.",
    "policy：没有符合该客户的行，请在末尾加一行不设条件。",
)


@read_once
def _records(policy: pd.DataFrame) -> list[dict[Hashable, Any]]:
    return policy.to_dict("records")


@record
class _Customers:
    share: FloatArray
    grade: TextArray
    rank: FloatArray
    group: FlagArray | None
    warning: TextArray | None


@record
class _Tests:
    """Whether each customer passes each of a row's three tests."""

    share: BoolArray
    grade: BoolArray
    warning: BoolArray

    @property
    def all(self) -> BoolArray:
        return self.share & self.grade & self.warning


def _tests(customers: _Customers, row: dict[Hashable, Any], order: GradeOrder) -> _Tests:
    everyone = np.ones(len(customers.grade), dtype=bool)
    limit = row["contribution_share"]
    share = everyone if np.isnan(limit) else customers.share < limit
    if row["strategic_group"] == 1 and customers.group is not None:
        share = share | (customers.group == 1)
    lowest = row["lowest_grade"]
    where = column_of("policy", "lowest_grade", "最低等级", str(row["tier"]))
    grade = customers.rank <= order.limit(lowest, where) if lowest else everyone
    return _Tests(share, grade, _unblocked(customers, row["blocking_warnings"]))


def _unblocked(customers: _Customers, listed: str) -> BoolArray:
    blocking = _blocking(listed)
    if customers.warning is None or not blocking:
        return np.ones(len(customers.grade), dtype=bool)
    codes, blocked = once_each(customers.warning, lambda colour: colour in blocking)
    return ~np.array(blocked, dtype=bool)[codes]


def _blocking(listed: str) -> list[str]:
    """The warnings that a row of the policy lists."""
    blocking = []
    for word in listed.replace("；", ";").split(";"):
        if word.strip():
            colour = WARNINGS.find(word)
            if colour is None:
                raise CallError(
                    column_of("policy", "blocking_warnings", "排除预警"),
                    word,
                    one_of(WARNINGS.options),
                )
            blocking.append(colour)
    return blocking


def _listed(listed: str, lang: str) -> str:
    """The warnings of a row of the policy as a reader calls them."""
    if lang != "zh":
        return listed
    return "；".join(WARNINGS.options[colour][1] for colour in _blocking(listed))


def _first_fit(tests: list[_Tests], count: int) -> IndexArray:
    place = np.full(count, NOWHERE, dtype=np.intp)
    for row in reversed(range(len(tests))):
        place[tests[row].all] = row
    return place


def _conditions(
    policy: pd.DataFrame,
    place: IndexArray,
    labels: TextArray,
    faults: Faults,
    lang: str,
) -> pd.DataFrame:
    headers = {
        "en": ("tier", "contribution_share", "lowest_grade", "blocking_warnings"),
        "zh": ("层级", "贡献位次上限", "最低等级", "排除预警"),
    }[lang]
    columns = (
        labels[place],
        blank_nan(policy["contribution_share"].to_numpy()[place]),
        policy["lowest_grade"].to_numpy()[place],
        np.array([_listed(each, lang) for each in policy["blocking_warnings"]], dtype=object)[
            place
        ],
    )
    return pd.DataFrame(
        {
            header: faulty(column, faults.items())
            for header, column in zip(headers, columns, strict=True)
        }
    )


def _reason(
    customers: _Customers,
    i: int,
    policy: pd.DataFrame,
    place: int,
    tests: list[_Tests],
    lang: str,
) -> str:
    """What the customer has, and what keeps it from the tier above."""
    words = _WORDS[lang]
    label = policy[f"label_{lang}"].iloc[place]
    facts = [words["share"].format(customers.share[i]), words["grade"].format(customers.grade[i])]
    if customers.group is not None and customers.group[i] == 1:
        facts.append(words["group"])
    if customers.warning is not None:
        colour = customers.warning[i]
        shown = colour if lang == "en" or not colour else WARNINGS.options[colour][1]
        facts.append(words["warning"].format(shown) if colour else words["no_warning"])
    text = words["joint"].join(facts)
    if place == 0:
        return words["best"].format(text, label)
    above = policy.iloc[place - 1]
    failed = tests[place - 1]
    obstacles = []
    if not failed.share[i]:
        obstacles.append(words["needs_share"].format(above["contribution_share"]))
    if not failed.grade[i]:
        obstacles.append(words["needs_grade"].format(above["lowest_grade"]))
    if not failed.warning[i]:
        obstacles.append(words["needs_warning"])
    return words["lower"].format(
        text, label, above[f"label_{lang}"], words["joint"].join(obstacles)
    )


_WORDS: Final = {
    "en": {
        "share": "{:.1%} of customers contribute more",
        "grade": "grade {}",
        "group": "member of a strategic group",
        "warning": "{} warning",
        "no_warning": "no warning on record",
        "joint": ", ",
        "best": "{}: {}.",
        "lower": "{}: {}; for {} it lacks: {}.",
        "needs_share": "contribution share below {:.1%}",
        "needs_grade": "grade {} or better",
        "needs_warning": "freedom from a blocking warning",
    },
    "zh": {
        "share": "{:.1%} 的客户贡献更高",
        "grade": "等级 {}",
        "group": "属于战略集团",
        "warning": "{}预警",
        "no_warning": "没有预警记录",
        "joint": "、",
        "best": "{}：{}。",
        "lower": "{}：{}；未满足“{}”的条件：{}。",
        "needs_share": "贡献位次低于 {:.1%}",
        "needs_grade": "等级不低于 {}",
        "needs_warning": "没有须排除的预警",
    },
}
