"""A worksheet set up as a page: title, margins, print lay-out, header and footer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.language import Lang, Speaker
from workbook_templates.style import SUBTITLE, TAB_RESULT, TEAL, TITLE, fill, register_styles

A4: Final = "9"
MARGIN_WIDTH: Final = 2.0
_ROWS_THAT_FIT: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSetup:
    """How a page looks on screen and on paper.

    Attributes:
        title: stands at its top.
        subtitle: one line under the title.
        tab: colour of its tab.
        orientation: of the paper.
        pages_high: how many sheets of paper it may take downwards; 0 for as many as needed.
        repeat_rows: rows repeated on every sheet of paper, such as "4:6".
        repeat_columns: columns repeated likewise, such as "A:C".
        scale: in percent, for pages with breaks of their own; 0 fits to pages_wide.
        zoom: in percent.
    """

    title: str
    subtitle: str
    tab: str
    orientation: Literal["portrait", "landscape"] = "landscape"
    pages_high: int = 0
    pages_wide: int = 1
    repeat_rows: str = ""
    repeat_columns: str = ""
    scale: int = 0
    zoom: int = 90


def new_book(lang: Lang) -> Workbook:
    """A workbook without sheets, with the shared cell styles."""
    book = Workbook()
    book.remove(book.worksheets[0])
    register_styles(book, lang)
    return book


def order_sheets(book: Workbook, titles: Iterable[str]) -> None:
    """Put the sheets into the order of their titles, whatever the order they were built in."""
    for place, title in enumerate(titles):
        book.move_sheet(title, place - book.sheetnames.index(title))


def pages_high(rows: int) -> int:
    """How many sheets of paper a list may take downwards: one while it can be read, else any."""
    return 1 if rows <= _ROWS_THAT_FIT else 0


def new_page(book: Workbook, name: str, setup: PageSetup, lang: Lang) -> Worksheet:
    """Add a worksheet with its title band and print lay-out."""
    sheet: Worksheet = book.create_sheet(name)
    sheet.sheet_properties.tabColor = setup.tab
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = setup.zoom
    sheet.column_dimensions["A"].width = MARGIN_WIDTH
    sheet.row_dimensions[1].height = 30
    sheet.row_dimensions[2].height = 18
    sheet.row_dimensions[3].height = 6
    sheet["B1"] = setup.title
    sheet["B1"].style = TITLE
    sheet["B2"] = setup.subtitle
    sheet["B2"].style = SUBTITLE
    _print_setup(sheet, setup, Speaker(lang))
    return sheet


def new_result_page(book: Workbook, name: str, title: str, subtitle: str, lang: Lang) -> Worksheet:
    """Add a page of results that prints on one sheet of paper.

    Args:
        book: the workbook.
        name: of the page's tab.
        title: stands at its top.
        subtitle: one line under the title, mostly a formula with the as-of date.
        lang: language of the workbook.
    """
    setup = PageSetup(title=title, subtitle=subtitle, tab=TAB_RESULT, pages_high=1)
    return new_page(book, name, setup, lang)


def as_of_line(lang: Lang) -> str:
    """The line under a title: the as-of date and the unit of amounts."""
    return Speaker(lang)(
        '="As of "&TEXT(asof,"yyyy-mm-dd")&"  ·  amounts in CNY 10k"',
        '="基准日 "&TEXT(asof,"yyyy-mm-dd")&"  ·  金额单位：万元"',
    )


def rule_off(sheet: Worksheet, last_column: int, row: int = 3) -> None:
    """A thin coloured band under the title, as wide as the page."""
    sheet.row_dimensions[row].height = 3
    for column in range(2, last_column + 1):
        sheet.cell(row, column).fill = fill(TEAL)


def set_widths(sheet: Worksheet, widths: dict[int, float]) -> None:
    """Column widths in characters, by column number."""
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = width


def _print_setup(sheet: Worksheet, setup: PageSetup, say: Speaker) -> None:
    sheet.page_setup.paperSize = A4
    sheet.page_setup.orientation = setup.orientation
    if setup.scale:
        sheet.page_setup.scale = setup.scale
    else:
        sheet.page_setup.fitToWidth = setup.pages_wide
        sheet.page_setup.fitToHeight = setup.pages_high
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.45
    margins.top, margins.bottom = 0.55, 0.6
    margins.header = margins.footer = 0.3
    if setup.repeat_rows:
        sheet.print_title_rows = setup.repeat_rows
    if setup.repeat_columns:
        sheet.print_title_cols = setup.repeat_columns
    footer = HeaderFooterItem()
    sheet.oddFooter = footer
    footer.left.text = say("Internal: contains customer data", "内部资料：含客户信息")
    footer.center.text = "&A"
    footer.right.text = say("Page &P of &N", "第 &P 页，共 &N 页")
    for part in (footer.left, footer.center, footer.right):
        part.size = 8
        part.color = "5F6C7B"
