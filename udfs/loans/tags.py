"""The eighteen classification lists: what kind of loan it is, by each of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.catalogue import udf
from udfs.cells import Faults, Mixed
from udfs.errors import CallError, Words
from udfs.kinds import Grid, Language, Table, Text, TextArray, TextList
from udfs.labels import NOWHERE
from udfs.loans.field_columns import (
    FieldColumns,
    columns_by_header,
    columns_in_order,
    field_table,
)
from udfs.loans.loan_classes import CLASS_OUTPUTS
from udfs.loans.shown_rows import shown, shown_table
from udfs.loans.tag_measures import measure_label
from udfs.loans.tag_rules import Rule, Tagged, read_rules, tag_loans
from udfs.records import record
from udfs.tables import builtin

LoanTags = Annotated[pd.DataFrame, Table(builtin="loan_tags")]
_ALL: Final = frozenset({"all", "全部", "所有"})
_HEADERS: Final = {"en": ("field", "value", "condition"), "zh": ("字段", "取值", "条件")}


@udf(
    "CR_TAG",
    family="loans",
    zh="""按十八种贷款分类清单给贷款分类：用途、期限、担保、利率、对象、风险、行业、规模、客户类型等。

    1 贷款用途、2 期限、3 有无担保、4 固定或浮动利率、5 对象、6 风险等级、7 行业、8 规模、9 客户类型、10 资金用途、
    11 标准期限、12 利率与基准比较、13 担保方式；14 至 18 与 5 至 9 相同。

    参数：
        list: 清单编号 1 至 18，或名称，如 "期限"、"term"；"all" 或“全部”为 13 种不重复的清单，每种一列。
        loan: 每笔贷款一行、每个字段一列的区域。
        fields: loan 各列的列名，中文或英文；省略时按清单所需字段的顺序，"all" 时必填。多余的列不参与分类。
        rules: 分类规则表；默认为内置表 loan_tags。
        out: "value" 类别（默认）；"why" 理由；"table" 类别、字段、取值、条件；"code" 类别代码。
        lang: 类别、理由与表头的语言，"en" 或 "zh"。
    结果：
        每行一个类别；"all" 为每个清单一列的带表头的表。
    错误：
        所需字段空白为 #N/A；取值不属于任何类别为 #VALUE!；数字超出范围或到期日早于起始日为 #NUM!。
    来源：
        《如何对贷款类客户进行有效分层管理》（2025-01-27）第四部分；期限界限：《贷款通则》第八条；其余界限为 creditcells
        默认，见 CR_POLICY("loan_lists")、CR_POLICY("loan_tags")、CR_POLICY("loan_fields")。
    """,
)
def tag(
    list: Annotated[str, Text()],  # noqa: A002 - the argument's name in the cell
    loan: Annotated[list[Mixed], Grid()],
    fields: Annotated[list[str] | None, TextList()] = None,
    rules: LoanTags | None = None,
    out: Annotated[str, CLASS_OUTPUTS] = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """Class of a loan by one of the eighteen classification lists, or by all of them at once.

    1 purpose, 2 term, 3 secured, 4 fixed or floating rate, 5 borrower, 6 risk, 7 industry, 8 size,
    9 ownership, 10 use of funds, 11 standard term, 12 rate against LPR, 13 guarantee; 14 to 18
    repeat 5 to 9.

    Args:
        list: Number of the list, 1 to 18, or its name in either language, such as "term"; "all"
            for the thirteen distinct lists, a column each.
        loan: Range with one row per loan and one column per field.
        fields: Headers of loan's columns in either language; if left out, the columns are those
            the list needs, in its order; needed for "all". Further columns are not used.
        rules: Rules of the lists; default the built-in loan_tags.
        out: "value" the class (default); "why" the reason; "table" class, field, value and
            condition; "code" the class's code.
        lang: Language of class, reason and headers, "en" or "zh".

    Returns:
        One class per row; for "all" a table with a column per list.

    Errors:
        #N/A where a field that is needed is blank; #VALUE! where a value is in no class; #NUM!
        where a number is out of range or maturity lies before start.

    Example:
        =CR_TAG(2,{12;13;60;61}) -> {"short-term";"medium-term";"medium-term";"long-term"}
        =CR_TAG("担保方式",{"抵押+保证";"信用"},,,,"zh") -> {"抵押贷款";"其他贷款"}
        =CR_TAG(12,{0.0345,0.03},{"rate","LPR"},,"why") -> "above the benchmark: Rate less LPR (bp) 45 (> 0.5)."

    Source:
        Text on managing loan customers by tiers (2025-01-27), part four; term limits: General
        Rules for Loans, Article 8; other limits are creditcells defaults, see
        CR_POLICY("loan_lists"), CR_POLICY("loan_tags") and CR_POLICY("loan_fields").
    """
    table = field_table(builtin("loan_fields").rows)
    by_list = read_rules(builtin("loan_tags").rows if rules is None else rules, table)
    lists = _lists()
    if list.strip().casefold() in _ALL:
        if fields is None:
            allowed = Words(
                "the headers of all columns, since list is all", "全部列名，因为清单为 all"
            )
            raise CallError("fields", Words("nothing", "空"), allowed)
        columns = columns_by_header(loan, fields, table, "fields")
        return _all_lists(by_list, lists, columns, out, lang)
    chosen = _find(list, lists)
    if fields is None:
        columns = columns_in_order(loan, chosen.layouts, table, "loan")
    else:
        columns = columns_by_header(loan, fields, table, "fields")
    tagged = tag_loans(_rules_of(by_list, chosen), columns, chosen.labels)
    if out == "table":
        return _table(tagged, chosen, lang)
    return _result(tagged, out, lang)


@record
class _List:
    """One of the eighteen lists.

    Attributes:
        number: as in the source.
        name: the name of its rules; lists that repeat another have the other's.
        labels: its title by language.
        names: what it can be called.
        layouts: the columns it takes where no headers are given.
        repeats: whether it repeats another list.
    """

    number: int
    name: str
    labels: dict[str, str]
    names: frozenset[str]
    layouts: tuple[tuple[str, ...], ...]
    repeats: bool


@cache
def _lists() -> tuple[_List, ...]:
    rows = builtin("loan_lists").rows.to_dict("records")
    by_number = {row["list_number"]: row["loan_list"] for row in rows}
    return tuple(
        _List(
            number=int(row["list_number"]),
            name=by_number.get(row["same_as"], row["loan_list"]),
            labels={lang: row[f"label_{lang}"] for lang in ("en", "zh")},
            names=frozenset(name.casefold() for name in _names(row)),
            layouts=tuple(tuple(layout.split(";")) for layout in row["list_fields"].split("|")),
            repeats=not np.isnan(row["same_as"]),
        )
        for row in rows
    )


def _names(row: dict[Any, Any]) -> Iterator[str]:
    yield f"{row['list_number']:g}"
    yield from (row["loan_list"], row["label_en"], row["label_zh"])
    yield from filter(None, row["other_names"].split(";"))


def _find(name: str, lists: tuple[_List, ...]) -> _List:
    wanted = name.strip().casefold()
    for each in lists:
        if wanted in each.names:
            return each
    english, chinese = (
        joint.join(f"{each.number} {each.labels[lang]}" for each in lists if not each.repeats)
        for lang, joint in (("en", ", "), ("zh", "、"))
    )
    allowed = Words(f"1 to 18, all, or a name: {english}", f"1 至 18、all 或名称：{chinese}")
    raise CallError("list", name, allowed)


def _rules_of(by_list: dict[str, list[Rule]], chosen: _List) -> list[Rule]:
    if chosen.name not in by_list:
        allowed = Words(
            f"a table with rows of list {chosen.name}", f"含有清单 {chosen.name} 各行的表"
        )
        raise CallError("rules", Words("none of them", "没有这些行"), allowed)
    return by_list[chosen.name]


def _result(tagged: Tagged, out: str, lang: str) -> npt.NDArray[Any]:
    if out == "why":
        count = tagged.columns.count
        texts = [
            "" if tagged.place[row] == NOWHERE else tagged.reason(row, lang) for row in range(count)
        ]
        return shown(np.array(texts, dtype=object), tagged.faults)
    return shown(tagged.codes() if out == "code" else tagged.labels(lang), tagged.faults)


def _table(tagged: Tagged, chosen: _List, lang: str) -> pd.DataFrame:
    rows = range(tagged.columns.count)
    found = [NOWHERE if row in tagged.faults else int(tagged.place[row]) for row in rows]
    parts: list[list[object]] = [[], [], []]
    for row, place in enumerate(found):
        if place == NOWHERE:
            values: tuple[object, ...] = (None, None, None)
        else:
            rule = tagged.rules[place]
            name = measure_label(rule.measure, tagged.columns, lang)
            values = (name, tagged.value(row), rule.condition(lang))
        for part, value in zip(parts, values, strict=True):
            part.append(value)
    columns = [tagged.labels(lang), *(np.array(part, dtype=object) for part in parts)]
    return shown_table((chosen.labels[lang], *_HEADERS[lang]), columns, tagged.faults)


def _all_lists(
    by_list: dict[str, list[Rule]],
    lists: tuple[_List, ...],
    columns: FieldColumns,
    out: str,
    lang: str,
) -> TextArray | pd.DataFrame:
    """The distinct lists side by side; a list without its columns shows what it needs."""
    found: dict[str, npt.NDArray[Any]] = {}
    kind = out if out in ("why", "code") else "value"
    for each in lists:
        if each.repeats:
            continue
        try:
            tagged = tag_loans(_rules_of(by_list, each), columns, each.labels)
        except CallError as error:
            faults: Faults = dict.fromkeys(range(columns.count), error.as_cell())
            found[each.labels[lang]] = shown(np.full(columns.count, None, dtype=object), faults)
        else:
            found[each.labels[lang]] = _result(tagged, kind, lang)
    if out != "why":
        return pd.DataFrame(found, dtype=object)
    return _all_reasons(found, lang)


def _all_reasons(found: dict[str, npt.NDArray[Any]], lang: str) -> TextArray:
    mark, joint = ("：", "") if lang == "zh" else (": ", " ")
    texts = []
    for row in zip(*found.values(), strict=True):
        parts = [
            f"{title}{mark}{cell if isinstance(cell, str) else cell.why(lang)}"
            for title, cell in zip(found, row, strict=True)
        ]
        texts.append(joint.join(parts))
    return np.array(texts, dtype=object)
