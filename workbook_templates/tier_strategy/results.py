"""The results: one row per customer, now and under the proposal."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from workbook_templates.conditions import colour_where
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.column_sheet import (
    ResultColumn,
    add_column_sheet,
    by_customer,
    column_setup,
)
from workbook_templates.style import WARN_FILL
from workbook_templates.tier_colours import colour_tiers
from workbook_templates.tier_strategy.layout import (
    PROPOSED,
    SCALE,
    SHEETS,
    STRATEGY,
    TIERS,
    customer,
    res,
)


def add_results_sheet(book: Workbook, rows: int, lang: Lang) -> None:
    """Add the sheet; every column has its name."""
    say = Speaker(lang)
    setup = column_setup(
        title=SHEETS["results"][lang],
        subtitle=by_customer(lang),
        pages_wide=3,
    )
    columns = [
        *_identity(lang),
        *_state("now", say("Now", "现行"), lang),
        *_state("new", say("Proposed", "方案"), lang),
        *_moves(lang),
    ]
    blocks = add_column_sheet(book, setup, columns, rows, lang)
    for when in ("now", "new"):
        colour_tiers(blocks[res(f"tier_{when}")])
    moved = blocks[res("move")]
    first = f"{moved.address.split(':')[0]}"
    colour_where(moved, f"LEN({first})>0", ground=WARN_FILL)


def _column(
    name: str, texts: tuple[str, str], formula: str, kind: str, width: float, group: str, lang: Lang,
    *, decides: bool = False,
) -> ResultColumn:  # fmt: skip
    return ResultColumn(
        name=res(name),
        header=Speaker(lang)(*texts),
        group=group,
        kind=kind,
        width=width,
        formula=f"={formula}",
        decides=decides,
    )


def _filled(formula: str) -> str:
    """The formula for rows with a customer; blank rows stay blank."""
    return f'IF({res("customer_id")}="","",{formula})'


def _identity(lang: Lang) -> list[ResultColumn]:
    group = Speaker(lang)("Customer", "客户")
    key, name = customer("customer_id", lang), customer("name", lang)
    value = customer("contribution", lang)
    given = customer("lgd", lang)
    abc = udf("CR_ABC", values=value, cut_a="abc_cut_a", cut_b="abc_cut_b", cross="abc_cross")
    return [
        _column("customer_id", ("Customer ID", "客户编号"), f'IF({key}="","",{key})', "text", 13, group, lang),
        _column("name", ("Name", "客户名称"), f'IF({name}="","",{name})', "words", 42, group, lang),
        _column("value_share", ("Customers worth more", "价值位次"),
                udf("CR_PERCENTILE", values=value), "rate", 15, group, lang),
        _column("abc", ("ABC class", "ABC 类别"), abc, "words", 10, group, lang),
        _column("npl", ("Non-performing", "是否不良"),
                _filled(f'{customer("npl", lang)}=npl_word'), "flag", 15, group, lang),
        _column("lgd", ("LGD", "违约损失率"), _filled(f'IF({given}="",lgd,{given})'), "rate", 11, group, lang),
    ]  # fmt: skip


def _state(when: str, group: str, lang: Lang) -> list[ResultColumn]:
    """PD, tier, loss, capital, income and limit, as they are or as proposed."""
    proposed = when == "new"
    grade, exposure = customer("grade", lang), customer("exposure", lang)
    scale = SCALE.whole
    if proposed:
        scale = udf("CR_CUTSHIFT", scale=scale, shift="pd_stress", what='"pd"')
    pd, tier, loss = (res(f"{name}_{when}") for name in ("pd", "tier", "loss"))
    lgd = f"{res('lgd')}*lgd_factor" if proposed else res("lgd")
    weight = udf("CR_IRBRW", pd=pd, lgd=res(f"lgd_{when}"), years="maturity",
                 sales=customer("revenue", lang), scheme="irb_scheme")  # fmt: skip
    capital = udf("CR_CAPITAL", amount=exposure, risk_weight=res(f"weight_{when}"), ratio="capital_ratio")  # fmt: skip
    tiers = udf("CR_RISKTIER", pd=pd, value_share=res("value_share"), npl=res("npl"),
                tiers=PROPOSED if proposed else TIERS.whole, lang="lang")  # fmt: skip

    def strategy(item: str) -> str:
        return udf("CR_STRATEGY", tier=tier, item=f'"{item}"', policy=STRATEGY.whole, lang="lang")

    contribution = customer("contribution", lang)
    gained = f"({res('spread_new')}-{res('spread_now')})*repriced_share/10000"
    income = f"{contribution}+{exposure}*{gained}" if proposed else contribution
    return [
        _column(f"pd_{when}", ("PD", "违约概率"), udf("CR_GRADE2PD", grade=grade, scale=scale),
                "pd", 10, group, lang),
        _column(f"tier_{when}", ("Risk tier", "风险层级"), tiers, "words", 12, group, lang, decides=True),
        _column(f"lgd_{when}", ("LGD", "违约损失率"), _filled(f"IF({lgd}>1,1,{lgd})"), "rate", 11, group, lang),
        _column(f"loss_{when}", ("Expected loss", "预期损失"),
                _filled(f"{pd}*{res(f'lgd_{when}')}*{exposure}"), "number", 13, group, lang),
        _column(f"weight_{when}", ("Risk weight", "风险权重"), weight, "rate", 11, group, lang),
        _column(f"capital_{when}", ("Capital", "资本占用"), capital, "number", 12, group, lang),
        _column(f"spread_{when}", ("Spread, bp", "利差（基点）"), strategy("spread_bp"), "count", 11, group, lang),
        _column(f"income_{when}", ("Income", "收入"), _filled(income), "number", 12, group, lang),
        _column(f"profit_{when}", ("Income less loss", "风险后收益"),
                _filled(f"{res(f'income_{when}')}-{loss}"), "number", 13, group, lang, decides=True),
        _column(f"limit_{when}", ("Limit", "授信额度"), _filled(_limit(strategy("limit_multiple"), lang)),
                "money", 12, group, lang, decides=True),
    ]  # fmt: skip


def _limit(multiple: str, lang: Lang) -> str:
    worth = customer("net_worth", lang)
    return f"IF({worth}>0,{worth}*{multiple},0)"


def _moves(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Moves", "层级变动")
    now, new, exposure = res("tier_now"), res("tier_new"), customer("exposure", lang)
    up, down = say("better", "上调"), say("worse", "下调")
    places = [f"MATCH({tier},tier_names,0)" for tier in (new, now)]
    still = f'({res("step")}="")+({res("step")}=0)>0'
    direction = f'IF({still},"",IF({res("step")}<0,"{up}","{down}"))'
    key = f'IF({res("move")}="","",{exposure}+ROW({exposure})/10000000)'
    return [
        _column("step", ("Steps", "变动档数"), _filled(f"{places[0]}-{places[1]}"), "tally", 10, group, lang),
        _column("move", ("Move", "变动方向"), direction, "words", 11, group, lang, decides=True),
        _column("order", ("Exposure, to sort by", "敞口（供排序）"), key, "number", 15, group, lang),
    ]  # fmt: skip
