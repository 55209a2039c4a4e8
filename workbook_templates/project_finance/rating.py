"""The rating sheet: the slotting grid answered, the slot, the phase, and what they cost."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from udfs import tables
from workbook_templates.blocks import Box, define, headers, put
from workbook_templates.conditions import colour_where
from workbook_templates.finance_pages.entries import Entry, validate_entry
from workbook_templates.finance_pages.policy import Policy
from workbook_templates.finance_pages.result_lines import Line, result_lines, sentence
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pages.guide_sheet import Texts
from workbook_templates.project_finance.layout import SHEETS
from workbook_templates.project_finance.worked_case import ANSWERS
from workbook_templates.style import (
    BAD_FILL,
    CALCULATION,
    INPUT,
    LABEL,
    PROSE,
    RESULT,
    SECTION,
    TAB_INPUT,
    UNIT,
    WARN_FILL,
)

_LEFT: Final = 2
_HEADER: Final = 5
ITEMS: Final = 28
_MEASURED: Final[dict[str, str]] = {"2": "ratio_slot", "4": "tail_slot"}
"""Items that follow from the cash flow, with the name of their slot's number."""
_OFFTAKE: Final = ("19a", "19b")
_NO_CONTRACT: Final = "19b"
_DESCRIPTION: Final = 66.0
_PANEL: Final = 9
_SPAN: Final = 3
"""Columns of a value in the panel."""
_PLACES: Final = _PANEL + 7
"""First column of the places in the policy tables, beside the printed page."""
_NAMES_HEIGHT: Final = 44.0
_CENTRED: Final = Alignment(horizontal="center", vertical="center")
CATEGORIES: Final[dict[str, Texts]] = {
    "strong": ("strong", "优"),
    "good": ("good", "良"),
    "satisfactory": ("satisfactory", "中"),
    "weak": ("weak", "差"),
    "n/a": ("n/a", "不适用"),
}
_ANSWER: Final = Entry(
    "answers", ("Answer", "评价"), "words", ("", ""), None,
    ("strong, good, satisfactory or weak, by the descriptions of the Slotting policy sheet; n/a for items 20 and 21 only.",
     "按“监管映射政策”页的描述选择优、良、中、差；仅第 20、21 项可选不适用。"),
    choices=tuple(CATEGORIES.values()),
)  # fmt: skip
_ITEM: Final = Entry(
    "offtake_item", ("Off-take", "承购风险"), "words", ("", ""), None,
    ("19a with a take-or-pay or fixed-price contract, 19b without one.", "有照付不议或固定价格合同选 19a，没有选 19b。"),
    choices=tuple((item, item) for item in _OFFTAKE),
)  # fmt: skip


def add_rating_sheet(book: Workbook, policy: Policy, lang: Lang) -> None:
    """Add the slotting grid and what follows from it."""
    say = Speaker(lang)
    title = SHEETS["rating"][lang]
    setup = PageSetup(
        title=title,
        subtitle=say(
            "Answer the grid in the blue cells; items 2 and 4 are measured and follow from the cash flow.",
            "在蓝字单元格中逐项评价；第 2、4 项由现金流测算得出。",
        ),
        tab=TAB_INPUT,
        pages_high=1,
    )
    sheet = new_page(book, title, setup, lang)
    set_widths(sheet, {2: 7, 3: 25, 4: 42, 5: 13, 6: 13, 7: _DESCRIPTION, 8: 3, 9: 40} | dict.fromkeys(range(10, 15), 14))  # fmt: skip
    rule_off(sheet, _PANEL + 5)
    put(sheet, _HEADER - 1, _LEFT, say("Slotting grid", "监管映射评价表"), SECTION)
    texts = (("Item", "项目"), ("Factor", "因子"), ("Criterion", "评价内容"), ("Answer", "评价"),
             ("Used", "采用"), ("What the category means", "该类别的含义"))  # fmt: skip
    headers(sheet, _HEADER, _LEFT, [say(*pair) for pair in texts])
    sheet.row_dimensions[_HEADER - 1].height = 24
    sheet.row_dimensions[_HEADER].height = 20
    _grid(book, sheet, policy, lang)

    def lines(top: int, title: Texts, listed: list[Line]) -> int:
        beside = top <= _HEADER + ITEMS
        return result_lines(
            book, sheet, top, _PANEL, title, listed, lang, span=_SPAN, sized=not beside
        )

    row = lines(_HEADER - 1, ("Measured items", "测算项目"), _measured(policy))
    row = _factors(book, sheet, row + 1, policy, lang)
    row = lines(row + 1, ("Slot", "监管类别"), _slot(policy))
    row = _why(book, sheet, row, "why_slot", _graded(_slot_grid(policy, "why")))
    row = lines(row + 1, ("Phase and risk weight by table", "项目阶段与权重法"), _phase(policy))
    row = _why(book, sheet, row, "why_phase", _with_phase(_phase_call(policy, "why")))
    last = lines(row + 1, ("Price", "定价"), _price(policy))
    sheet.freeze_panes = f"A{_HEADER + 1}"
    sheet.print_area = f"B1:N{last - 1}"


def _items() -> list[str]:
    """The numbers of the items, with 19b for the case without a contract."""
    listed = [str(item) for item in tables.builtin("slotting_grid").rows["item"]]
    return [item for item in listed if item != _OFFTAKE[0]]


def _grid(book: Workbook, sheet: Worksheet, policy: Policy, lang: Lang) -> None:
    """One row per item: its texts from the policy, the answer, and what is used."""
    first = _HEADER + 1
    texts = (("Row in grid", "评价表行"), ("Row of factor", "因子行"), ("Slot", "类别序号"))
    for column, text in enumerate(texts, start=_PLACES):
        put(sheet, _HEADER, column, Speaker(lang)(*text), UNIT)
    for row, item in enumerate(_items(), start=first):
        style = INPUT if item == _NO_CONTRACT else LABEL
        put(sheet, row, 2, item, style, "text")
        sheet.cell(row, 2).alignment = _CENTRED
        _places(sheet, row, policy)
        factor = policy.label("slotting_factors", f"$Q{row}")
        put(sheet, row, 3, f'=IF($Q{row}=0,"",{factor})', PROSE)
        criterion = policy.label("slotting_grid", f"$P{row}")
        put(sheet, row, 4, f'=IF($P{row}=0,"",{criterion})', PROSE)
        _answer(sheet, row, item, policy, lang)
        put(sheet, row, 7, f"={_meaning(policy, row)}", PROSE)
        sheet.row_dimensions[row].height = 26
    last = first + ITEMS - 1
    define(book, "slotting_items", Box(sheet, first, 2, last, 2))
    define(book, "slotting_answers", Box(sheet, first, 6, last, 6))
    answers = Box(sheet, first, 5, last, 5)
    validate_entry(_ANSWER, answers, lang)
    row = first + _items().index(_NO_CONTRACT)
    offtake = Box(sheet, row, 2, row, 2)
    define(book, "offtake_item", offtake)
    validate_entry(_ITEM, offtake, lang)
    used = Box(sheet, first, 6, last, 6)
    for ground, category in ((BAD_FILL, "weak"), (WARN_FILL, "satisfactory")):
        en, zh = CATEGORIES[category]
        colour_where(used, f'OR(F{first}="{en}",F{first}="{zh}")', ground=ground)


def _places(sheet: Worksheet, row: int, policy: Policy) -> None:
    """Where a row's item, factor and category stand in the policy tables, beside the page."""
    items, factors = (policy.column("slotting_grid", name) for name in ("item", "factor"))
    codes = policy.column("slotting_factors", "factor")
    english, chinese = policy.labels("slotting_weights")
    formulas = (
        f'=IF($B{row}="",0,MATCH($B{row},{items},0))',
        f"=IF($P{row}=0,0,MATCH(INDEX({factors},$P{row}),{codes},0))",
        f"=IFERROR(MATCH($F{row},{english},0),IFERROR(MATCH($F{row},{chinese},0),0))",
    )
    for column, formula in enumerate(formulas, start=_PLACES):
        put(sheet, row, column, formula, UNIT, "code")


def _answer(sheet: Worksheet, row: int, item: str, policy: Policy, lang: Lang) -> None:
    slot = _MEASURED.get(item)
    if slot:
        label = policy.label("slotting_weights", slot)
        put(sheet, row, 5, f'=IF(N({slot})=0,"",{label})', CALCULATION, "words")
    else:
        answer = CATEGORIES[ANSWERS[item]][0 if lang == "en" else 1]
        put(sheet, row, 5, answer, INPUT, "words")
    put(sheet, row, 6, f'=IF(E{row}="","",E{row})', RESULT, "words")
    for column in (5, 6):
        sheet.cell(row, column).alignment = _CENTRED


def _meaning(policy: Policy, row: int) -> str:
    """The text of the category in an item's row: the grid has two columns per category."""
    ends = (policy.column("slotting_grid", name) for name in ("strong_en", "weak_zh"))
    first, last = (end[end.index("[") :] for end in ends)
    block = f"{policy.tables['slotting_grid'].name}[{first}:{last}]"
    return f'IF($P{row}*$R{row}=0,"–",INDEX({block},$P{row},$R{row}+$R{row}-(lang<>"zh")))'


def _why(book: Workbook, sheet: Worksheet, row: int, name: str, formula: str) -> int:
    sentence(book, sheet, Box(sheet, row, _PANEL, row + 1, _PANEL + 5), name, formula)
    return row + 2


def _measured(policy: Policy) -> list[Line]:
    thresholds = policy.whole("slotting_thresholds")

    def slot(item: str, value: str) -> str:
        return udf(
            "CR_SLOTITEM", item=f'"{item}"', value=value, thresholds=thresholds, out='"slot"'
        )

    values = {"dscr": "least_dscr", "llcr": "least_llcr", "plcr": "least_plcr",
              "debt_share": "gearing", "tail": "tail_years"}  # fmt: skip
    labels: dict[str, Texts] = {
        "dscr": ("Slot of the least DSCR", "最低 DSCR 的类别"),
        "llcr": ("Slot of the least LLCR", "最低 LLCR 的类别"),
        "plcr": ("Slot of the least PLCR", "最低 PLCR 的类别"),
        "debt_share": ("Slot of the debt share", "负债比例的类别"),
        "tail": ("Slot of the tail", "尾期的类别"),
    }
    ratios = [Line(f"least_{name}", (f"Least {name.upper()}", f"最低 {name.upper()}"), "times",
                   f'IF(COUNT({name})=0,"",MIN({name}))') for name in ("dscr", "llcr", "plcr")]  # fmt: skip
    tail = Line("tail_years", ("Years of operation after the loan", "还清后剩余运营年数"), "count",
                "N(project_life)-N(tenor)")  # fmt: skip
    slots = [
        Line(f"{item}_slot", labels[item], "code", f'IF(loan_amount>0,{slot(item, value)},"")')
        for item, value in values.items()
    ]
    worst = Line("ratio_slot", ("Slot of the ratios: the worst of four", "财务比率类别：四项取最差"), "code",
                 'IF(loan_amount>0,MAX(dscr_slot,llcr_slot,plcr_slot,debt_share_slot),"")', decides=True)  # fmt: skip
    return [*ratios, tail, *slots, worst]


def _slot_grid(policy: Policy, out: str) -> str:
    return udf(
        "CR_SLOTGRID",
        answers="slotting_answers",
        items="slotting_items",
        grid=policy.whole("slotting_grid"),
        factors=policy.whole("slotting_factors"),
        rules=policy.whole("slotting_weights"),
        out=f'"{out}"',
        lang="lang",
    )


def _graded(formula: str) -> str:
    return f'IF(missing_answers=0,{formula},"")'


def _factors(book: Workbook, sheet: Worksheet, top: int, policy: Policy, lang: Lang) -> int:
    """The category of each factor, in the order of the policy table."""
    say = Speaker(lang)
    count = len(tables.builtin("slotting_factors").rows)
    put(sheet, top, _PANEL, say("Factors (1 strong to 4 weak)", "因子（1 优至 4 差）"), SECTION)
    sheet.row_dimensions[top + 1].height = _NAMES_HEIGHT
    put(sheet, top + 1, _PANEL, say("Factor", "因子"), LABEL)
    put(sheet, top + 2, _PANEL, say("Weight", "权重"), LABEL)
    put(sheet, top + 3, _PANEL, say("Category", "类别"), LABEL)
    weights = policy.column("slotting_factors", "weight")
    for number in range(1, count + 1):
        column = _PANEL + number
        put(sheet, top + 1, column, f"={policy.label('slotting_factors', str(number))}", PROSE)
        put(sheet, top + 2, column, f"=INDEX({weights},{number})", CALCULATION, "whole_rate")
        sheet.cell(top + 2, column).alignment = _CENTRED
        put(sheet, top + 3, column, None, RESULT, "code")
    row = Box(sheet, top + 3, _PANEL + 1, top + 3, _PANEL + count)
    formula = f"={_graded(_slot_grid(policy, 'factors'))}"
    sheet.cell(top + 3, _PANEL + 1).value = ArrayFormula(row.address, formula)
    define(book, "slot_factors", row)
    define(book, "slot_weights", Box(sheet, top + 2, _PANEL + 1, top + 2, _PANEL + count))
    define(book, "factor_names", Box(sheet, top + 1, _PANEL + 1, top + 1, _PANEL + count))
    return top + 4


def _slot(policy: Policy) -> list[Line]:
    def slot(out: str) -> str:
        call = udf("CR_SLOT", categories="slot_factors", years="tenor",
                   factors=policy.whole("slotting_factors"), rules=policy.whole("slotting_weights"),
                   out=f'"{out}"', lang="lang")  # fmt: skip
        return _graded(call)

    grade = udf("CR_PD2GRADE", pd="implied_pd", scale=policy.whole("master_scale"))
    return [
        Line("missing_answers", ("Answers missing", "缺少的评价"), "count", 'SUMPRODUCT(--(slotting_answers=""))+(offtake_item="")'),
        Line("slot_average", ("Weighted average", "加权平均"), "times", slot("average")),
        Line("slot", ("Slot", "监管类别"), "words", slot("value"), decides=True),
        Line("slot_weight", ("Risk weight", "风险权重"), "whole_rate", slot("rw"), decides=True),
        Line("slot_loss", ("Expected loss rate", "预期损失率"), "pd", slot("el"), decides=True),
        Line("implied_pd", ("PD that it stands for", "对应违约概率"), "pd", _graded("slot_loss/project_lgd")),
        Line("project_grade", ("Grade on the master scale", "主标尺等级"), "words", _graded(grade), decides=True),
    ]  # fmt: skip


def _phase_call(policy: Policy, out: str) -> str:
    return udf(
        "CR_PFPHASE",
        net_cash_flow="cash_flow_now",
        obligations="obligations_now",
        debt="debt_now",
        prior_debt="debt_before",
        met="quality_met",
        scheme="capital_scheme",
        conditions=policy.whole("project_quality"),
        weights=policy.whole("risk_weights"),
        out=f'"{out}"',
        lang="lang",
    )


def _with_phase(formula: str) -> str:
    names = ("cash_flow_now", "obligations_now", "debt_now", "debt_before")
    blank = ",".join(f'{name}=""' for name in names)
    return f'IF(OR({blank}),"",{formula})'


def _phase(policy: Policy) -> list[Line]:
    def capital(weight: str) -> str:
        call = udf("CR_CAPITAL", amount="loan_amount", risk_weight=weight, scheme="capital_scheme",
                   ratios=policy.whole("capital_ratios"))  # fmt: skip
        return f'IF(N({weight})=0,"",{call})'

    return [
        Line("phase", ("Exposure class", "敞口类别"), "words", _with_phase(_phase_call(policy, "value")), decides=True),
        Line("phase_weight", ("Risk weight by table", "权重法风险权重"), "whole_rate", _with_phase(_phase_call(policy, "weight"))),
        Line("phase_capital", ("Capital by table, CNY 10k", "权重法资本（万元）"), "money", capital("phase_weight")),
        Line("slot_capital", ("Capital by slot, CNY 10k", "监管映射法资本（万元）"), "money", capital("slot_weight")),
    ]  # fmt: skip


def _price(policy: Policy) -> list[Line]:
    costs = {"funding_rate": "funding_rate", "operating_cost": "operating_cost", "pd": "implied_pd",
             "lgd": "project_lgd", "risk_weight": "slot_weight", "fee": "N(fee)",
             "policy": policy.whole("pricing_policy")}  # fmt: skip
    rate = udf("CR_RATE", **costs)
    raroc = udf("CR_RAROC", rate="loan_rate", **costs)
    hurdle = f'INDEX({policy.column("pricing_policy", "value")},MATCH("hurdle",{policy.column("pricing_policy", "parameter")},0))'

    def priced(formula: str) -> str:
        return f'IF(AND(N(slot_weight)>0,N(funding_rate)>0),{formula},"")'

    return [
        Line("minimum_rate", ("Least rate for the slot", "该类别的最低利率"), "pd", priced(rate), decides=True),
        Line("rate_margin", ("Loan rate less least rate", "贷款利率减最低利率"), "pd", priced("loan_rate-minimum_rate")),
        Line("raroc", ("RAROC at the loan rate", "按贷款利率的 RAROC"), "rate", priced(raroc), decides=True),
        Line("hurdle", ("Return wanted", "目标回报率"), "rate", hurdle),
    ]  # fmt: skip
