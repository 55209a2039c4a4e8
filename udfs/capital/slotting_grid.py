"""The slotting grid of project finance: answers by item to factor categories and the slot."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs.binding import Whole
from udfs.capital.grid_answers import Answers, Grading, SlotGrid, read_answers
from udfs.capital.slots import (
    WEAK,
    SlotFactors,
    SlotRules,
    Slots,
    factor_names,
    factor_weights,
)
from udfs.catalogue import udf
from udfs.cells import Mixed, faulty
from udfs.errors import CallError, Words
from udfs.kinds import Choice, FloatArray, Grid, Language, NumberList, TextArray, TextList
from udfs.labels import blank_nan
from udfs.tables import builtin

_MISSING: Final = Choice({"error": ("错误",), "weak": ("差",)})
_OUTPUTS: Final = Choice(
    {
        "value": ("category", "值", "结果", "监管类别"),
        "slot": ("number", "序号"),
        "average": ("加权平均",),
        "factors": ("因子",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "items": ("项目",),
    }
)
_HEADERS: Final = {
    "en": ("average", "category", "weakest_items", "missing_items"),
    "zh": ("加权平均", "类别名称", "最弱项目", "缺失项目"),
}
_ITEM_HEADERS: Final = {
    "en": ("item", "factor", "label", "category", "description"),
    "zh": ("项目", "因子", "名称", "类别名称", "说明"),
}
_CODES: Final = ("strong", "good", "satisfactory", "weak")


@udf(
    "CR_SLOTGRID",
    family="capital",
    zh="""项目融资监管映射评价表：28 项答案得出五个因子的类别与总类别，指出最弱与缺失的项目。

    因子类别为其项目的加权平均（取整，中间归入较差），总类别同 CR_SLOT。第 19 项按 19a 或 19b 的标准回答；第 20、21 项不适用时填
    n/a。评价表全文见 CR_POLICY("slotting_grid","table","zh")。

    参数：
        answers: 一行一个项目、每项一列（28 列）；或一个项目占一列（28 行）。答案为 1 至 4，或优、良、中、差，或不适用（n/a）。
        items: 各列（行）的项目编号或名称，如 1、2、19a；省略则依次为 1 至 28，29 个时依次为评价表各行。
        missing: 缺答案时："error" 该项目为 #N/A 并列出缺失项（默认）；"weak" 按差计。
        weights: 各因子的权重，小数，合计为 1；省略则取因子表。
        grid: 评价表；默认为内置表 slotting_grid。
        factors: 因子表；默认为内置表 slotting_factors。
        rules: 类别表；默认为内置表 slotting_weights。
        out: "value" 总类别；"slot" 序号；"average" 加权平均；"factors" 各因子类别序号，可传给 CR_SLOT；"why" 理由；"table" 明细；"items" 一个项目逐项的答案与说明。
        lang: 类别、理由与表头的语言，"en" 或 "zh"。
    结果：
        每个项目一个类别。
    错误：
        缺答案为 #N/A 并列出；答案无法识别为 #VALUE!；列数与项目数不符时整个调用为 #VALUE!。
    来源：
        巴塞尔框架 CRE33.13；欧盟委员会授权条例 2021/598；项目取平均为 creditcells 默认。请核对法规原文。
    """,
)
def slotting_grid(
    answers: Annotated[list[Mixed], Grid(series="answers")],
    items: Annotated[list[str] | None, TextList()] = None,
    missing: Annotated[str, _MISSING] = "error",
    weights: Annotated[FloatArray, NumberList()] | None = None,
    grid: SlotGrid | None = None,
    factors: SlotFactors | None = None,
    rules: SlotRules | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame | Whole:
    """Slotting grid of project finance: 28 answers to five factor categories and the slot.

    A factor's category is the weighted average of its items (rounded, halfway to the worse), the
    slot that of CR_SLOT. Item 19 is answered by the criteria of 19a or 19b; items 20 and 21 may be
    n/a. The texts of all items stand in CR_POLICY("slotting_grid").

    Args:
        answers: One row per project with a column per item (28), or one column of 28 for a single
            project: 1 to 4, or strong, good, satisfactory, weak in either language, or n/a.
        items: Number or label of the item in each column (or row), such as 1, 2, 19a; default 1 to
            28, or with 29 the rows of the grid.
        missing: Where an answer is missing: "error" gives #N/A and names it (default); "weak"
            counts it as weak.
        weights: Weight of each factor, decimal, adding up to 1; default those of the factors
            table.
        grid: The grid; default the built-in slotting_grid.
        factors: Table of factors; default the built-in slotting_factors.
        rules: Table of slots; default the built-in slotting_weights.
        out: "value" the category; "slot" its number; "average"; "factors" the factors' numbers for
            CR_SLOT; "why" the reason; "table" all parts; "items" one project's answers with their
            texts.
        lang: Language of category, reason and headers, "en" or "zh".

    Returns:
        One category per project.

    Errors:
        #N/A where answers are missing, with their names; #VALUE! where one is unknown; the whole
        call is #VALUE! where columns and items differ in number.

    Example:
        =CR_SLOTGRID({1,2,1,1,2,2,1,2,2,2,1,2,1,2,2,2,2,3,2,"n/a","n/a",2,3,1,2,2,2,2}) -> "good"
        =CR_SLOTGRID({2,2},{"market conditions","2"},"weak",,,,,"slot") -> 4

    Source:
        Basel Framework CRE33.13; Commission Delegated Regulation (EU) 2021/598; the average of
        items: creditcells default. Check against the regulation.
    """
    slots = Slots.of(rules, "project")
    table = builtin("slotting_grid").rows if grid is None else grid
    factor_table = builtin("slotting_factors").rows if factors is None else factors
    stated = factor_weights(weights, factors, len(factor_table))
    read = read_answers(answers, items, slots, table, strict=missing == "error")
    grading = Grading.of(read, factor_table, table, stated)
    return _result(read, grading, slots, factors, out, lang)


def _result(
    read: Answers,
    grading: Grading,
    slots: Slots,
    factors: pd.DataFrame | None,
    out: str,
    lang: str,
) -> FloatArray | TextArray | pd.DataFrame | Whole:
    if out == "items":
        table = builtin("slotting_factors").rows if factors is None else factors
        return Whole(_items(read, slots, table, lang))
    labels = slots.labels(lang)[grading.slot - 1]
    if out == "factors":
        return Whole(_by_row(grading.categories, read))
    if out == "table":
        return _table(read, grading, labels, factor_names(factors, grading.count, lang), lang)
    if out == "why":
        names = factor_names(factors, grading.count, lang)
        reasons = _reasons(read, grading, slots, names, lang)
        for row, error in read.faults.items():
            reasons[row] = error.why(lang)
        reasons[read.blank] = None
        return reasons
    results: dict[str, Any] = {"slot": grading.slot.astype(np.float64), "average": grading.average}
    values = faulty(results.get(out, labels), read.faults.items())
    values[read.blank] = None
    return values


def _by_row(categories: FloatArray, read: Answers) -> TextArray:
    """Factor categories as a block of cells, a faulty project's row its error throughout."""
    cells = categories.astype(object)
    for row, error in read.faults.items():
        cells[row] = error
    cells[read.blank] = None
    return cells


def _table(
    read: Answers, grading: Grading, labels: TextArray, names: list[str], lang: str
) -> pd.DataFrame:
    headers = _HEADERS[lang]
    joint = "；" if lang == "zh" else "; "
    columns: dict[str, Any] = dict(zip(names, grading.categories.T, strict=True))
    columns |= {headers[0]: grading.average, headers[1]: labels}
    weakest, lacking = (np.empty(len(labels), dtype=object) for _ in range(2))
    weakest[:] = [joint.join(read.weakest(row, lang)[1]) for row in range(len(labels))]
    lacking[:] = [joint.join(read.missing(row, lang)) for row in range(len(labels))]
    columns |= {headers[2]: weakest, headers[3]: lacking}
    shown = {}
    for header, column in columns.items():
        cells = faulty(
            blank_nan(column) if column.dtype.kind == "f" else column, read.faults.items()
        )
        cells[read.blank] = None
        shown[header] = cells
    return pd.DataFrame(shown, dtype=object)


def _items(read: Answers, slots: Slots, factors: pd.DataFrame, lang: str) -> pd.DataFrame:
    """One project's answers item by item, each with the text of its category.

    Raises:
        CallError: there is more than one project.
    """
    if len(read.blank) != 1:
        given = Words(f"{len(read.blank)} projects", f"{len(read.blank)} 个项目")
        raise CallError("answers", given, Words("one project for out items", "单个项目（items）"))
    labels = [*slots.labels(lang)[:WEAK]]
    names = dict(zip(factors["factor"].str.casefold(), factors[f"label_{lang}"], strict=True))
    rows = []
    for j, at in enumerate(read.grid_rows):
        row = read.grid.iloc[at]
        answer = read.slots[0, j]
        known = not np.isnan(answer)
        label = labels[int(answer) - 1] if known else ("n/a" if read.left_out[0, j] else None)
        texts = read.grid.iloc[read.variants(j)]
        text = _text(texts[f"{_CODES[int(answer) - 1]}_{lang}"]) if known else None
        number, name = read.name(j, lang)
        rows.append((number, names[str(row["factor"]).casefold()], name, label, text))
    return pd.DataFrame(rows, columns=list(_ITEM_HEADERS[lang]), dtype=object)


def _text(variants: pd.Series[str]) -> str:
    """What a category means for an item, by all its variants where the answer names none."""
    return " / ".join(dict.fromkeys(variants))


_WORDS: Final = {
    "en": {
        "sentence": "{}: weighted average {:.4g} of {}; {}{}.",
        "part": "{} {:g}",
        "weak": "weakest items ({}): {}",
        "missing": "; missing and counted as weak: {}",
        "more": "{} and {} more",
        "joint": ", ",
    },
    "zh": {
        "sentence": "{}：加权平均 {:.4g}（{}）；{}{}。",
        "part": "{} {:g}",
        "weak": "最弱项目（{}）：{}",
        "missing": "；缺失而按差计：{}",
        "more": "{}等 {} 项",
        "joint": "、",
    },
}
_SHOWN: Final = 6


def _reasons(
    read: Answers, grading: Grading, slots: Slots, names: list[str], lang: str
) -> TextArray:
    words = _WORDS[lang]
    categories = slots.labels(lang)
    labels = categories[grading.slot - 1]
    reasons = np.empty(len(labels), dtype=object)
    for i in range(len(labels)):
        parts = words["joint"].join(
            words["part"].format(name, category)
            for name, category in zip(names, grading.categories[i], strict=True)
        )
        worst, items = read.weakest(i, lang)
        weak = words["weak"].format(categories[worst - 1], _listed(items, words, lang))
        lacking = read.missing(i, lang)
        extra = words["missing"].format(_listed(lacking, words, lang)) if lacking else ""
        sentence = words["sentence"]
        reasons[i] = sentence.format(labels[i], grading.average[i], parts, weak, extra)
    return reasons


def _listed(items: list[str], words: dict[str, str], lang: str) -> str:
    """The items, the first few by name where there are many."""
    text = words["joint"].join(items[:_SHOWN])
    if len(items) <= _SHOWN:
        return text
    number = len(items) if lang == "zh" else len(items) - _SHOWN
    return words["more"].format(text, number)
