"""The results: one row per customer, from the events to the action."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from workbook_templates.conditions import heat_map
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.column_sheet import (
    ResultColumn,
    add_column_sheet,
    by_customer,
    column_setup,
)
from workbook_templates.rfm_abc.layout import (
    CLASSES,
    SCALE,
    SEGMENTS,
    SHEETS,
    TABLES,
    res,
)

_KEY = res("customer_id")
_BELOW_WHAT_IS_SHOWN = 10_000
_AXES = {
    "value": "contribution",
    "risk": "pd",
    "need": "need",
}


def add_results_sheet(book: Workbook, rows: int, lang: Lang) -> None:
    """Add the sheet; every column has its name."""
    setup = column_setup(
        title=SHEETS["results"][lang],
        subtitle=by_customer(lang),
        pages_wide=4,
    )
    columns = [
        *_events(lang),
        *_scores(lang),
        *_classes(lang),
        *_priority(rows, lang),
        *_action(lang),
    ]
    blocks = add_column_sheet(book, setup, columns, rows, lang)
    for name in ("r", "f", "m"):
        heat_map(blocks[res(name)])


def _filled(formula: str) -> str:
    """The formula for rows with a customer; blank rows stay blank."""
    return f'IF({_KEY}="","",{formula})'


def _text(cells: str) -> str:
    return f'=IF({cells}="","",{cells})'


def _column(
    name: str, header: str, formula: str, kind: str, width: float, group: str, *, decides: bool = False
) -> ResultColumn:  # fmt: skip
    return ResultColumn(
        name=res(name),
        header=header,
        group=group,
        kind=kind,
        width=width,
        formula=formula,
        decides=decides,
    )


def _events(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Customer and events", "客户与事件")

    def base(out: str) -> str:
        call = udf(
            "CR_RFMBASE",
            customers=_KEY,
            event_customers=TABLES["transactions"].column("customer_id", lang),
            event_dates=TABLES["transactions"].column("date", lang),
            event_amounts=TABLES["transactions"].column("amount", lang),
            as_of="asof",
            months="rfm_months",
            event_kinds=TABLES["transactions"].column("kind", lang),
            excluded_kinds="missed_event",
            out=f'"{out}"',
        )
        return f"={call}"

    yearly = f"{res('monetary')}*12/rfm_months"
    return [
        _column("customer_id", say("Customer ID", "客户编号"), _text(TABLES["customers"].column("customer_id", lang)),
                "text", 13, group),
        _column("name", say("Name", "客户名称"), _text(TABLES["customers"].column("name", lang)), "words", 42, group),
        _column("recency", say("Recency, days", "最近一次（天）"), base("recency"), "count", 12, group),
        _column("frequency", say("Frequency", "频率"), base("frequency"), "count", 12, group),
        _column("monetary", say("Monetary", "金额"), base("monetary"), "number", 12, group),
        _column("contribution", say("Contribution per year", "年综合贡献"), f"={_filled(yearly)}", "number", 14,
                group, decides=True),
    ]  # fmt: skip


def _scores(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)

    def score(out: str) -> str:
        return f"={rfm_call(out)}"

    overdue = TABLES["customers"].column("overdue_days", lang)
    late = _filled(f"{overdue}>rfm_overdue_days")
    call = {
        "r": res("r"),
        "f": res("f"),
        "m": res("m"),
        "map": SEGMENTS.whole,
        "overdue": res("late"),
    }
    segment = udf("CR_RFMSEG", **call, lang="lang")
    why = udf("CR_RFMSEG", **call, out='"why"', lang="lang")
    return [
        *(_column(out, out.upper(), score(out), "code", 6, "RFM") for out in ("r", "f", "m")),
        _column("rfm", say("RFM code", "RFM 代码"), score("value"), "code", 10, "RFM"),
        _column("late", say("Overdue", "是否逾期"), f"={late}", "flag", 10, "RFM"),
        _column("segment", say("RFM segment", "RFM 细分"), f"={segment}", "words", 21, "RFM", decides=True),
        _column("segment_why", say("Why this segment", "细分理由"), f"={why}", "words", 86 if lang == "en" else 74, "RFM"),
    ]  # fmt: skip


def rfm_call(out: str) -> str:
    """The scoring of all customers, with what it gives back."""
    return udf(
        "CR_RFM",
        recency=res("recency"),
        frequency=res("frequency"),
        monetary=res("monetary"),
        bins="rfm_bins",
        method="rfm_method",
        out=f'"{out}"',
        lang="lang",
    )


def abc_call(out: str) -> str:
    """The classes of all customers by contribution, with what it gives back."""
    return udf(
        "CR_ABC",
        values=res("contribution"),
        cut_a="abc_cut_a",
        cut_b="abc_cut_b",
        cross="abc_cross",
        out=f'"{out}"',
        lang="lang",
    )


def _classes(lang: Lang) -> list[ResultColumn]:
    group = "ABC"
    say = Speaker(lang)
    account = udf("CR_ABC3", contribution=res("contribution"), pd=res("pd"), policy=CLASSES.whole,
                  lang="lang")  # fmt: skip
    pd = udf("CR_GRADE2PD", grade=TABLES["customers"].column("grade", lang), scale=SCALE.whole)
    return [
        _column("abc", say("ABC class", "ABC 类别"), f"={abc_call('value')}", "words", 10, group, decides=True),
        _column("pd", say("PD", "违约概率"), f"={pd}", "pd", 10, group),
        _column("account", say("Account class", "客户类别"), f'=IF({res("pd")}="","",{account})', "words", 11, group,
                decides=True),
    ]  # fmt: skip


def vrn_call(out: str) -> str:
    """Value, risk and need of all customers, with what it gives back."""
    return udf(
        "CR_VRN",
        **{axis: res(column) for axis, column in _AXES.items()},
        value_weight="vrn_value_weight",
        risk_weight="vrn_risk_weight",
        need_weight="vrn_need_weight",
        high="vrn_high",
        low="vrn_low",
        out=f'"{out}"',
        lang="lang",
    )


def _priority(rows: int, lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Value, risk, need", "价值、风险、需求")
    held = TABLES["customers"].column("products_held", lang)
    need = _filled(f"IF({held}>products_target,0,products_target-{held})")

    def vrn(out: str) -> str:
        return f'=IF({res("pd")}="","",{vrn_call(out)})'

    code = res("vrn")
    # Ties go by the row; that must never outweigh a difference that the index shows.
    tie = f"ROW({held})/{_BELOW_WHAT_IS_SHOWN * 10 ** len(str(rows))}"
    return [
        _column("need", say("Product gap", "产品缺口"), f"={need}", "count", 10, group),
        _column("vrn", say("Code", "代码"), vrn("value"), "words", 9, group, decides=True),
        _column("vrn_index", say("Priority index", "优先指数"), vrn("index"), "number", 11, group, decides=True),
        _column("value_risk", say("Value and risk", "价值与风险"), f'=IF({code}="","",LEFT({code},2))',
                "words", 11, group),
        _column("order", say("Order of the list", "清单排序"),
                f'=IF(ISNUMBER({res("vrn_index")}),{res("vrn_index")}-{tie},"")',
                "number", 13, group),
    ]  # fmt: skip


def _action(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    segment = res("segment")
    # SUMIF looks up a whole column in every Excel; INDEX in an array formula would not.
    due = f'=IF({segment}="","",asof+SUMIF(segment_names,{segment},segment_days))'
    return [
        _column(
            "due", say("Due", "完成日期"), due, "date", 12, say("Action", "行动"), decides=True
        ),
    ]
