"""The next product for each customer, by a table of association rules."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults, Mixed, faulty
from udfs.chinese import joined
from udfs.errors import CallError, Words, column_of
from udfs.kinds import (
    Bounds,
    Choice,
    Grid,
    Language,
    Number,
    Table,
    TextArray,
    TextList,
)
from udfs.learning.association import RULE_COLUMNS
from udfs.learning.association_holdings import Products, held_flags
from udfs.learning.association_sets import Bits
from udfs.learning.factor_columns import IndexArray, factor_names
from udfs.learning.value_lists import joined_list, split_list
from udfs.read_once import read_once
from udfs.records import record

_BY: Final = Choice({"confidence": ("置信度",), "lift": ("提升度",), "leverage": ("杠杆率",)})
_OUTPUTS: Final = Choice(
    {
        "value": ("offer", "值", "推荐"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_WORD: Final = 64
_NO_RULE: Final = -1

OfferRules = Annotated[pd.DataFrame, Table(columns=RULE_COLUMNS)]


@udf(
    "CR_RULES",
    family="learning",
    zh="""按关联规则为每个客户推荐下一个产品：已持有前项而未持有后项的规则中最优者。

    参数：
        values: 每行一个客户：一列或多列产品名称（同一单元格内可用分号分隔），或多列“是/否”并给出 names。
        rules: 规则表，来自 CR_ASSOC 或手工填写：已持有、推荐、置信度，其余列可省略。
        names: 多列“是/否”所代表的产品名称。
        number: 最多推荐几个产品，默认 1。
        by: 规则的优先次序："confidence" 置信度（默认）；"lift" 提升度；"leverage" 杠杆率。
        out: "value" 推荐的产品（默认）；"why" 理由；"table" 产品、依据与各项指标。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        每行一个产品（多个以分号分隔）；没有规则适用则为空。
    错误：
        单元格为错误值，或“是/否”无法识别，该行显示该错误；规则缺少 by 所指的列为 #VALUE!。
    来源：
        Agrawal 与 Srikant，Fast Algorithms for Mining Association Rules，1994。
    """,
)
def next_products(
    values: Annotated[list[Mixed], Grid()],
    rules: OfferRules,
    names: Annotated[list[str] | None, TextList()] = None,
    number: Annotated[float, Number(bounds=Bounds(lower=1, upper=10, whole=True))] = 1,
    by: Annotated[str, _BY] = "confidence",
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """Next product for each customer by association rules: the best whose products are held.

    A rule counts for a customer who holds all of its products and none of its offer.

    Args:
        values: One row per customer: columns of product names (a cell may list several with
            semicolons between), or columns of yes and no with names.
        rules: Table from CR_ASSOC or by hand: held, offer, confidence; further columns may be
            missing.
        names: Names of the products, if values has columns of yes and no.
        number: Most products to recommend, default 1.
        by: Which rule is best: "confidence" (default), "lift" or "leverage".
        out: "value" the product (default); "why" the reason; "table" product, basis and figures.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        One product per row (several with semicolons between); blank where no rule applies.

    Errors:
        A row with an error cell, or a cell that is neither yes nor no, shows that error. The call
        is #VALUE! if a rule lacks the figure named by the argument by.

    Example:
        =CR_RULES({"loan";"loan; card"},{"held","offer","confidence";"loan","card",0.6;"loan","payroll",0.5}) -> {"card";"payroll"}
        =CR_RULES({1,0},{"held","offer","confidence","lift";"loan","card",0.6,1.5},{"loan","card"},,,"why") -> "Holds loan: 60% of such customers also have card (1.5 times the average)."

    Source:
        Agrawal and Srikant, Fast Algorithms for Mining Association Rules, 1994.
    """
    model = _read_rules(rules, by)
    held, faults = _held(values, names, model.products)
    codes, patterns = _patterns(held)
    chosen = _chosen(model, patterns, int(number))
    if out == "table":
        return _table(model, codes, chosen, faults, lang)
    if out == "why":
        texts = _spread(_reasons(model, patterns, chosen, lang), codes)
    else:
        texts = _spread(_offers(model, chosen), codes)
    return faulty(texts, faults.items())


@record
class _Rules:
    """The rules, the best first.

    Attributes:
        products: all products that any rule names.
        held: rules × words of bits: what a customer must hold.
        offer: rules × words of bits: what a customer must not hold yet.
        rows: the table in the same order.
    """

    products: Products
    held: Bits
    offer: Bits
    rows: pd.DataFrame


@read_once
def _read_rules(table: pd.DataFrame, by: str) -> _Rules:
    figures = table[by].to_numpy(dtype=np.float64)
    if np.isnan(figures).any():
        header = next(column for column in RULE_COLUMNS if column.name == by)
        raise CallError(
            column_of("rules", header.name, header.zh, int(np.isnan(figures).argmax()) + 1),
            Words("a blank cell", "空单元格"),
            Words("a number", "数字"),
        )
    ties = [-figures, *(-table[name].fillna(0).to_numpy() for name in ("confidence", "lift"))]
    rows = table.iloc[np.lexsort(tuple(reversed(ties)))].reset_index(drop=True)
    sides = {
        side: [[text for text, _ in split_list(cell)] for cell in rows[side]]
        for side in ("held", "offer")
    }
    products = Products([name for side in sides.values() for names in side for name in names])
    held, offer = (_masks(sides[side], products) for side in ("held", "offer"))
    return _Rules(products, held, offer, rows)


def _no_products(count: int, products: Products) -> Bits:
    return np.zeros((count, -(-max(len(products.names), 1) // _WORD)), dtype=np.uint64)


def _masks(lists: list[list[str]], products: Products) -> Bits:
    """One row of bits per list: which of the products are in it."""
    masks = _no_products(len(lists), products)
    for row, names in enumerate(lists):
        for place in products.places(names):
            masks[row, place // _WORD] |= np.uint64(1 << place % _WORD)
    return masks


def _held(values: list[Mixed], names: list[str] | None, products: Products) -> tuple[Bits, Faults]:
    """What each customer holds of the products that the rules know."""
    held = _no_products(len(values[0]), products)
    faults: Faults = {}
    if names is not None:
        for column, name in zip(
            values, factor_names(values, names, "en", ("values", "names")), strict=True
        ):
            flags = held_flags(column, name)
            for row, fault in flags.faults.items():
                faults.setdefault(row, fault)
            held |= np.where((flags.values == 1)[:, None], _masks([[name]], products), 0)
        return held, faults
    for column in values:
        texts = column.texts()
        for row, fault in texts.faults.items():
            faults.setdefault(row, fault)
        codes, distinct = pd.factorize(texts.values)
        listed = [[text for text, _ in split_list(str(cell))] for cell in distinct]
        held |= _masks(listed, products)[codes]
    return held, faults


def _patterns(held: Bits) -> tuple[IndexArray, Bits]:
    """Which of the distinct rows each row is, and the distinct rows."""
    codes = np.zeros(len(held), dtype=np.intp)
    for word in held.T:
        part, _ = pd.factorize(word)
        codes, _ = pd.factorize(codes * (int(part.max(initial=0)) + 1) + part)
    first = np.empty(int(codes.max(initial=-1)) + 1, dtype=np.intp)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return codes, held[first]


def _chosen(model: _Rules, patterns: Bits, number: int) -> IndexArray:
    """The rules to follow, patterns × number, the best first; ``_NO_RULE`` where there are less."""
    chosen = np.full((len(patterns), number), _NO_RULE, dtype=np.intp)
    taken = patterns.copy()
    left = np.arange(len(patterns))
    for nth in range(number):
        for rule in range(len(model.rows)):
            if not len(left):
                break
            lacking = model.held[rule] & ~patterns[left]
            known = model.offer[rule] & taken[left]
            left = _follow(chosen[:, nth], left, ~(lacking | known).any(axis=1), rule)
        left = np.flatnonzero(chosen[:, nth] != _NO_RULE)
        taken[left] |= model.offer[chosen[left, nth]]
    return chosen


def _follow(chosen: IndexArray, left: IndexArray, fits: BoolArray, rule: int) -> IndexArray:
    """Note the rule where it fits, and return the patterns that still need one."""
    if not fits.any():
        return left
    chosen[left[fits]] = rule
    return left[~fits]


def _names(model: _Rules, bits: Bits) -> list[str]:
    """The products whose bits are set."""
    words = bits.tolist()
    return [
        name
        for place, name in enumerate(model.products.names)
        if words[place // _WORD] >> place % _WORD & 1
    ]


def _spread(contents: list[str], codes: IndexArray) -> TextArray:
    listed = np.empty(len(contents), dtype=object)
    listed[:] = contents
    spread: TextArray = listed[codes]
    return spread


def _offers(model: _Rules, chosen: IndexArray) -> list[str]:
    """The products to offer for each pattern."""
    each = [_names(model, bits) for bits in model.offer]
    if chosen.shape[1] == 1:
        texts = [*map(joined_list, each), ""]
        return [texts[rule] for rule in chosen[:, 0].tolist()]
    return [
        joined_list(name for rule in rules if rule != _NO_RULE for name in each[rule])
        for rules in chosen.tolist()
    ]


def _reasons(model: _Rules, patterns: Bits, chosen: IndexArray, lang: str) -> list[str]:
    told = [_rule_words(model, rule, lang) for rule in range(len(model.rows))]
    space = "" if lang == "zh" else " "
    return [
        space.join(told[rule] for rule in rules if rule != _NO_RULE)
        or _nothing(_names(model, pattern), lang)
        for pattern, rules in zip(patterns, chosen.tolist(), strict=True)
    ]


def _rule_words(model: _Rules, rule: int, lang: str) -> str:
    zh = lang == "zh"
    mark = "、" if zh else ", "
    held, offer = (mark.join(_names(model, side[rule])) for side in (model.held, model.offer))
    row = model.rows.iloc[rule]
    share, lift = f"{row['confidence']:.0%}", row["lift"]
    if zh:
        told = "" if np.isnan(lift) else f"，为平均水平的 {lift:.3g} 倍"
        return joined("已持有", held, f"：同类客户中 {share} 还持有", offer, told, "。")
    told = "" if np.isnan(lift) else f" ({lift:.3g} times the average)"
    return f"Holds {held}: {share} of such customers also have {offer}{told}."


def _nothing(held: list[str], lang: str) -> str:
    """Why there is nothing to offer."""
    if lang == "zh":
        if not held:
            return "未持有规则涉及的产品，无法推荐。"
        return joined("没有规则适用于已持有的产品", f"（{'、'.join(held)}）。")
    if not held:
        return "Holds no product that any rule knows."
    return f"No rule applies to the products held ({', '.join(held)})."


def _table(
    model: _Rules, codes: IndexArray, chosen: IndexArray, faults: Faults, lang: str
) -> pd.DataFrame:
    """The best offer of each customer with its rule."""
    place = chosen[codes, 0]
    headers = {
        "offer": "推荐", "held": "已持有", "confidence": "置信度", "lift": "提升度", "customers": "客户数",
    }  # fmt: skip
    columns = {}
    for name, zh in headers.items():
        cells = model.rows[name].to_numpy(dtype=object)
        blank = [None if isinstance(cell, float) and np.isnan(cell) else cell for cell in cells]
        listed = np.empty(len(blank) + 1, dtype=object)
        listed[:] = [*blank, None]
        columns[zh if lang == "zh" else name] = faulty(listed[place], faults.items())
    return pd.DataFrame(columns, dtype=object)
