"""The examples workbook as a whole."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import quote_sheetname
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from udfs import FAMILIES
from workbook_templates.blocks import Box, headers, put
from workbook_templates.conditions import colour_where
from workbook_templates.function_examples.examples import Example, families
from workbook_templates.function_examples.family_pages import add_family_page
from workbook_templates.function_examples.layout import SHEETS, equal_name, family_sheet
from workbook_templates.language import LANGUAGES, Lang, Speaker
from workbook_templates.page import PageSetup, new_book, new_page, rule_off, set_widths
from workbook_templates.pages.check_sheet import Check, add_check_sheet
from workbook_templates.pages.guide_sheet import Guide, add_guide_sheet
from workbook_templates.pages.policy_sheet import PolicyPage, add_policy_page
from workbook_templates.pages.settings import Setting
from workbook_templates.style import (
    BAD_FILL,
    CALCULATION,
    GOOD_FILL,
    LABEL,
    LINK,
    PROSE,
    TAB_RESULT,
)
from workbook_templates.template import Template

_LEFT: Final = 2
_HEADER_ROW: Final = 4
_ROW_HEIGHT: Final = 19.0
_TOLERANCE: Final = 1e-7
_TITLE: Final = ("Every function at work", "全部函数示例")


def build(lang: Lang) -> Workbook:
    """The workbook with an example of every function, not yet computed."""
    book = new_book(lang)
    listed = families()
    add_guide_sheet(book, _guide(lang), lang)
    _add_policy(book, lang)
    index = _index_page(book, lang)
    rows = {
        family: add_family_page(book, family, examples, lang) for family, examples in listed.items()
    }
    last = _fill_index(index, listed, rows, lang)
    add_check_sheet(book, SHEETS["checks"][lang], _checks(listed, last, lang), lang)
    return book


def _guide(lang: Lang) -> Guide:
    say = Speaker(lang)
    contents = {
        SHEETS["policy"][lang]: ("How far a result may lie from the expected one.", "结果与期望值的容许误差。"),
        SHEETS["index"][lang]: ("Every function by family, with a link to its example.",
                                "按类别列出全部函数，点击可跳转到示例。"),
    }  # fmt: skip
    for family, (english, chinese) in FAMILIES.items():
        contents[family_sheet(family, lang)] = (
            f"Examples: {english}.",
            f"示例：{chinese}。",
        )
    contents[SHEETS["checks"][lang]] = (
        "Whether every example gives what its help promises.",
        "各示例结果是否与帮助一致。",
    )
    return Guide(
        sheet=SHEETS["guide"][lang],
        title=_TITLE,
        subtitle=(
            "One worked example per function with the value that its help promises beside it.",
            "每个函数一个示例，并列出函数帮助给出的期望值。",
        ),
        steps=(
            (
                "Find the function on the Index and follow its link.",
                f"在“{say('Index', '函数索引')}”页找到函数，点击跳转。",
            ),
            (
                "Change the blue cells: the result follows. A prompt says what each argument is.",
                "修改蓝字单元格，结果随之变化；选中单元格时提示参数含义。",
            ),
            (
                "Copy the formula into your own workbook; arguments left out take the built-in policy.",
                "将公式复制到自己的工作簿；省略的参数采用内置政策。",
            ),
        ),
        contents=contents,
        notes=(
            (
                "The expected values belong to the inputs as shipped; after a change, Checks differ.",
                "期望值对应出厂时的录入值；修改后“核对”页出现差额属正常。",
            ),
            (
                "Results of several cells are array formulas: select the whole block to change one.",
                "占多个单元格的结果为数组公式，修改时须选中整个区域。",
            ),
        ),
    )


def _add_policy(book: Workbook, lang: Lang) -> None:
    say = Speaker(lang)
    tolerance = Setting(
        "tolerance",
        _TOLERANCE,
        "general",
        ("Tolerance", "容许误差"),
        (
            "A number equals the expected one within this share of it; the help rounds its values.",
            "数值与期望值之差在该相对误差以内即视为一致；帮助中的数值经过四舍五入。",
        ),
    )
    page = PolicyPage(
        title=SHEETS["policy"][lang],
        subtitle=say("What counts as equal.", "一致的判定标准。"),
        tables=(),
        settings=(tolerance,),
    )
    add_policy_page(book, page, lang)


def _index_page(book: Workbook, lang: Lang) -> Worksheet:
    say = Speaker(lang)
    setup = PageSetup(
        title=say(*_TITLE),
        subtitle=say(
            "A click on a function leads to its example; every cell there is live.",
            "点击函数名跳转到示例；示例中的公式均实时计算。",
        ),
        tab=TAB_RESULT,
        orientation="portrait",
        repeat_rows=f"{_HEADER_ROW}:{_HEADER_ROW}",
    )
    sheet = new_page(book, SHEETS["index"][lang], setup, lang)
    set_widths(sheet, {_LEFT: 40, _LEFT + 1: 20, _LEFT + 2: 112, _LEFT + 3: 12})
    rule_off(sheet, _LEFT + 3)
    texts = [say("Family", "类别"), say("Function", "函数"), say("What it does", "作用"), say("Differs", "不一致")]  # fmt: skip
    headers(sheet, _HEADER_ROW, _LEFT, texts)
    sheet.row_dimensions[_HEADER_ROW].height = 20
    sheet.freeze_panes = f"A{_HEADER_ROW + 1}"
    return sheet


def _fill_index(
    sheet: Worksheet,
    listed: dict[str, list[Example]],
    rows: dict[str, dict[str, int]],
    lang: Lang,
) -> int:
    """A row per function with its link; returns the last row."""
    row = _HEADER_ROW
    for family, examples in listed.items():
        for example in examples:
            row += 1
            function = example.function
            put(sheet, row, _LEFT, FAMILIES[family][0 if lang == "en" else 1], LABEL)
            put(sheet, row, _LEFT + 1, function.name, LINK)
            place = f"{quote_sheetname(family_sheet(family, lang))}!B{rows[family][function.name]}"
            cell = sheet.cell(row, _LEFT + 1)
            cell.hyperlink = Hyperlink(ref="", location=place, display=function.name)
            cell.style = LINK
            put(sheet, row, _LEFT + 2, function.help[lang].summary, PROSE)
            put(sheet, row, _LEFT + 3, f"={equal_name(function.name)}", CALCULATION, "count")
            sheet.row_dimensions[row].height = _ROW_HEIGHT
    body = Box(sheet, _HEADER_ROW + 1, _LEFT + 3, row, _LEFT + 3)
    first = body.address.split(":", maxsplit=1)[0]
    colour_where(body, f"{first}=0", ground=GOOD_FILL)
    colour_where(body, f"{first}<>0", ground=BAD_FILL)
    return row


def _checks(listed: dict[str, list[Example]], last: int, lang: Lang) -> list[Check]:
    """Per family: examples, and those that give what is expected."""
    sheet = quote_sheetname(SHEETS["index"][lang])
    names, differs = (f"{sheet}!${c}${_HEADER_ROW + 1}:${c}${last}" for c in "BE")
    checks = []
    for family in listed:
        title = FAMILIES[family][0 if lang == "en" else 1]
        checks.append(
            Check(
                title,
                f'=COUNTIF({names},"{title}")',
                f'=COUNTIFS({names},"{title}",{differs},0)',
            )
        )
    return checks


TEMPLATE: Final = Template(
    "function_examples",
    {
        "en": "Every function at work: one example each, with the value it must give",
        "zh": "全部函数示例：每个函数一例，附应得结果",
    },
    build,
    cover={lang: family_sheet("rfm", lang) for lang in LANGUAGES},
    has_case=False,
)
