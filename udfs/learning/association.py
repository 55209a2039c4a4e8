"""Association rules: which products are held together, and what to offer next."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Annotated, Any, Final

import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Mixed
from udfs.errors import Words
from udfs.keys import KeyColumn
from udfs.kinds import (
    NOT_NEGATIVE,
    PROBABILITY,
    Bounds,
    Choice,
    Grid,
    Keys,
    Language,
    Number,
    TableColumn,
    TextList,
)
from udfs.learning.association_holdings import History, read_history
from udfs.learning.association_sets import ProductSet, frequent_sets
from udfs.learning.factor_columns import report_table
from udfs.learning.value_lists import joined_list
from udfs.records import record

RULE_COLUMNS: Final = (
    TableColumn(name="held", zh="已持有", kind="text"),
    TableColumn(name="offer", zh="推荐", kind="text"),
    TableColumn(name="support", zh="支持度", kind="number", required=False),
    TableColumn(name="confidence", zh="置信度", kind="number"),
    TableColumn(name="lift", zh="提升度", kind="number", required=False),
    TableColumn(name="leverage", zh="杠杆率", kind="number", required=False),
    TableColumn(name="conviction", zh="确信度", kind="number", required=False),
    TableColumn(name="customers", zh="客户数", kind="number", required=False),
)
_OUTPUTS: Final = Choice(
    {"rules": ("value", "table", "规则"), "products": ("产品",), "report": ("报告",)}
)


@udf(
    "CR_ASSOC",
    family="learning",
    zh="""全部客户：关联规则，找出哪些产品常被同一客户一并持有。

    明细可以是每行一个客户与一个产品的清单，也可以是每行一个客户、每列一个产品的“是/否”区域。同一单元格内可用分号写多个产品；大小写不同视为同一产品。

    参数：
        customers: 每行的客户编号。
        products: 一列产品名称；或多列“是/否”，此时须给出 names。
        names: 多列“是/否”所代表的产品名称。
        minimum_support: 最低支持度：同时持有规则中全部产品的客户占比，默认 0.01。
        minimum_confidence: 最低置信度：持有前项的客户中也持有后项的占比，默认 0.3。
        minimum_lift: 最低提升度：置信度与后项总体占比之比，默认 1。
        longest: 一条规则最多的产品数，默认 3。
        most_offers: 后项最多的产品数，默认 1。
        out: "rules" 规则表（默认），可传给 CR_RULES；"products" 各产品的客户数与占比；"report" 报告。
        lang: 表头的语言，"en" 或 "zh"。
    结果：
        每条规则一行，按提升度、置信度、客户数由高到低；置信度为 1 时确信度为空（无穷大）。
    错误：
        客户编号为错误值、多列而未给 names、组合过多，均为 #VALUE!。
    来源：
        Agrawal 与 Srikant，Fast Algorithms for Mining Association Rules，1994；确信度：Brin 等，1997。
    """,
)
def association_rules(
    customers: Annotated[KeyColumn, Keys(series="rows")],
    products: Annotated[list[Mixed], Grid(series="rows")],
    names: Annotated[list[str] | None, TextList()] = None,
    minimum_support: Annotated[float, Number(bounds=PROBABILITY)] = 0.01,
    minimum_confidence: Annotated[float, Number(bounds=PROBABILITY)] = 0.3,
    minimum_lift: Annotated[float, Number(bounds=NOT_NEGATIVE)] = 1,
    longest: Annotated[float, Number(bounds=Bounds(lower=2, upper=6, whole=True))] = 3,
    most_offers: Annotated[float, Number(bounds=Bounds(lower=1, upper=5, whole=True))] = 1,
    out: Annotated[str, _OUTPUTS] = "rules",
    lang: Language = "en",
) -> Whole:
    """All customers together: association rules, which products are held by the same customer.

    The history is a list with a customer and a product per row, or a range with a row per customer
    and a column of yes and no per product. A cell may list several products with semicolons
    between; names that differ in case only are one product.

    Args:
        customers: Customer of each row.
        products: One column of product names; or several columns of yes and no, with names.
        names: Names of the products, if products has columns of yes and no.
        minimum_support: Least share of all customers who hold every product of the rule, default
            0.01.
        minimum_confidence: Least share of those with the products held who also have the offer,
            default 0.3.
        minimum_lift: Least confidence over the share of all customers with the offer, default 1.
        longest: Most products in a rule, default 3.
        most_offers: Most products in the offer, default 1.
        out: "rules" the table that CR_RULES takes (default); "products" customers of each product;
            "report" how many there are.
        lang: Language of the headers, "en" or "zh".

    Returns:
        A row per rule, by lift, confidence and customers; a blank conviction is infinite
        (confidence 1).

    Errors:
        #VALUE! if a customer is an error cell, columns of yes and no have no names, or there are
        too many sets.

    Example:
        =CR_ASSOC({1;1;2;2;3},{"loan";"card";"loan";"card";"loan"},,0.5,0.5) -> {"held","offer","support","confidence","lift","leverage","conviction","customers";"card","loan",0.666666667,1,1,0,"",2;"loan","card",0.666666667,0.666666667,1,0,1,2}
        =CR_ASSOC({1;2},{1,1;1,0},{"loan","card"},,,,,,"products") -> {"product","customers","share";"loan",2,1;"card",1,0.5}

    Source:
        Agrawal and Srikant, Fast Algorithms for Mining Association Rules, 1994; conviction: Brin
        and others, 1997.
    """
    history = read_history(customers, products, names)
    if out == "products":
        return _products(history, lang)
    sets = frequent_sets(history.held, minimum_support, int(longest))
    every = _rules(sets, history.held.customers, int(most_offers))
    rules = [r for r in every if r.confidence >= minimum_confidence and r.lift >= minimum_lift]
    if out == "report":
        return _report(history, len(sets), len(rules), lang)
    rules.sort(key=lambda r: (-r.lift, -r.confidence, -r.both, len(r.held), r.held, r.offer))
    rows = [rule.cells(history.held.names) for rule in rules]
    headers = [column.zh if lang == "zh" else column.name for column in RULE_COLUMNS]
    return Whole(pd.DataFrame(rows, columns=headers, dtype=object))


@record
class _Rule:
    """One rule with the numbers of customers behind it."""

    held: ProductSet
    offer: ProductSet
    both: int
    with_held: int
    with_offer: int
    customers: int

    @property
    def confidence(self) -> float:
        return self.both / self.with_held

    @property
    def lift(self) -> float:
        # One division of whole numbers, so that equal lifts are equal to the last bit.
        return self.both * self.customers / (self.with_held * self.with_offer)

    def cells(self, names: tuple[str, ...]) -> list[Any]:
        """The rule as a row of the table."""
        share = self.with_offer / self.customers
        support = self.both / self.customers
        certain = self.both == self.with_held
        return [
            joined_list(names[i] for i in self.held),
            joined_list(names[i] for i in self.offer),
            support,
            self.confidence,
            self.lift,
            support - self.with_held / self.customers * share,
            None if certain else (1 - share) / (1 - self.confidence),
            self.both,
        ]


def _rules(sets: dict[ProductSet, int], customers: int, most_offers: int) -> Iterator[_Rule]:
    """Every way to split a frequent set into what is held and what is offered."""
    for products, both in sets.items():
        for size in range(1, min(most_offers, len(products) - 1) + 1):
            for offer in combinations(products, size):
                held = tuple(p for p in products if p not in offer)
                yield _Rule(held, offer, both, sets[held], sets[offer], customers)


def _products(history: History, lang: str) -> Whole:
    held = history.held
    counts = pd.Series(held.product).value_counts().reindex(range(len(held.names)), fill_value=0)
    order = sorted(range(len(held.names)), key=lambda p: (-int(counts[p]), held.names[p]))
    rows = [[held.names[p], int(counts[p]), int(counts[p]) / held.customers] for p in order]
    headers = ["产品", "客户数", "占比"] if lang == "zh" else ["product", "customers", "share"]
    return Whole(pd.DataFrame(rows, columns=headers, dtype=object))


def _report(history: History, sets: int, rules: int, lang: str) -> Whole:
    held = history.held
    items: list[tuple[Words, object]] = [
        (Words("customers", "客户数"), held.customers),
        (Words("products", "产品数"), len(held.names)),
        (Words("products per customer", "户均产品数"), len(held.product) / held.customers),
        (Words("frequent sets", "频繁组合数"), sets),
        (Words("rules", "规则数"), rules),
        (Words("rows left out: no customer", "剔除行数：无客户"), history.nobody),
        (Words("rows left out: error cells", "剔除行数：错误值"), history.faulty),
    ]
    return report_table(items, lang)
