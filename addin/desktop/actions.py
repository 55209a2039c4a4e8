"""What the buttons of the ribbon do, on the workbook that is open in Excel.

Each button's action has the button's id as its name in ``ACTIONS``. It runs the same code as the
command line, against ``xlwings.Book``; what can go wrong is told in a message, never lost in a log.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

import xlwings

from addin.check import check_file
from addin.desktop import open_book, refreshing
from addin.desktop.dialogs import Dialogs, ExcelDialogs
from addin.desktop.excel_error import ExcelError, reason_of
from addin.desktop.paths import addin_file, settings_file
from addin.desktop.ribbon import EMPTY, NEW
from addin.desktop.texts import TEXTS
from addin.errors import WorkbookError
from addin.headless.references import MAX_ROW, Area
from addin.templates import new_workbook
from addin.workbook_tools import freeze, reasons, relink, thaw
from udfs.errors import CreditCellsError, in_language
from udfs.helpers.about import version
from workbook_templates.language import language
from workbook_templates.registry import TEMPLATES, template

Action: TypeAlias = Callable[[xlwings.Book, Dialogs, str], None]

MOST_ROWS: Final = 200
"""Of how many rows of a selection the reasons are told at once."""
_CHECKED: Final = frozenset({".xlsx", ".xlsm"})


def press(button: str, lang: str) -> None:
    """What the ribbon calls: run a button's action on the active workbook of Excel."""
    book = xlwings.Book.caller()
    perform(ACTIONS[button], book, ExcelDialogs(book.app, lang), lang)


def perform(action: Action, book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Run an action; what it or Excel cannot do is told."""
    try:
        action(book, dialogs, lang)
    except CreditCellsError as error:
        dialogs.tell(in_language(error.told, lang))
    except xlwings.XlwingsError as error:
        dialogs.tell(str(error))
    except ExcelError as error:
        lines = [TEXTS[lang]["refused"].format(reason=reason_of(error))]
        if sheets := open_book.protected_sheets(book):
            lines.append(TEXTS[lang]["protected"].format(sheets=", ".join(sheets)))
        dialogs.tell("\n\n".join(lines))


def make_workbook(
    name: str,
    book: xlwings.Book,
    dialogs: Dialogs,
    lang: str,
    *,
    without_case: bool = False,
) -> None:
    """Write a workbook from a template where the person says, and open it.

    Args:
        name: the template.
        book: the workbook that is open.
        dialogs: where to ask.
        lang: "en" or "zh".
        without_case: whether its inputs are blank instead of holding the worked case.
    """
    proposed = template(name).file_name(language(lang))
    path = dialogs.new_file(TEXTS[lang]["save"], proposed)
    if path is not None:
        book.app.books.open(new_workbook(name, path, lang=lang, without_case=without_case))


def check(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Check a copy of the workbook as it is now, unsaved changes and all, and tell what is found."""
    texts = TEXTS[lang]
    if (Path(book.name).suffix.casefold() or ".xlsx") not in _CHECKED:
        dialogs.tell(texts["unsupported"].format(name=book.name))
        return
    with open_book.copied(book) as copy:
        try:
            findings = check_file(copy)
        except WorkbookError as error:
            raise WorkbookError(book.name, error.problem, error.remedy) from None
    if not findings:
        dialogs.tell(texts["no_findings"])
        return
    places = [f"{one.sheet}!{one.cell}" if one.cell else one.sheet for one in findings]
    mark = _mark(lang)
    lines = [f"{place}{mark}{one.text(lang)}" for place, one in zip(places, findings, strict=True)]
    dialogs.tell("\n".join([texts["findings"].format(count=len(findings)), *lines]))


def compute_sheet(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Recompute every formula of the active sheet."""
    _ = dialogs, lang
    open_book.compute(book, book.sheets.active)


def compute_workbook(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Recompute every formula of the workbook."""
    _ = dialogs, lang
    open_book.compute(book)


def why(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Tell the reasons behind the selected cells."""
    selection = book.selection
    if selection is None:
        dialogs.tell(TEXTS[lang]["no_cells"])
        return
    why_cells(selection.sheet.name, selection.address, book, dialogs, lang)


def why_cells(sheet: str, addresses: str, book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Tell the reasons behind cells.

    Args:
        sheet: the sheet's name.
        addresses: one or more rectangles, as Excel gives a selection: $B$2:$B$9,$D:$D.
        book: the workbook.
        dialogs: where to tell them.
        lang: "en" or "zh".
    """
    texts, mark, told, lines = TEXTS[lang], _mark(lang), "", []
    last_used = book.sheets[sheet].used_range.last_cell.row
    for address in addresses.split(","):
        area = _used(Area.parse(address.replace("$", "")), last_used)
        if area.rows > MOST_ROWS:
            told = texts["first_rows"].format(count=MOST_ROWS)
            area = _used(area, area.first_row + MOST_ROWS - 1)
        lines += [
            f"{one.cell} {one.value} ({one.function}){mark}{one.text}"
            for one in reasons(book, sheet, str(area), lang)
        ]
    shown = [told, *lines] if told else lines
    dialogs.tell("\n\n".join(shown) if lines else texts["no_reasons"])


def _used(area: Area, last: int) -> Area:
    """An area down to a row; its first row stays."""
    last_row = max(min(area.last_row, last, MAX_ROW), area.first_row)
    return Area(area.first_row, area.first_column, last_row, area.last_column)


def freeze_formulas(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Ask, then turn our formulas into values."""
    if dialogs.confirm(TEXTS[lang]["freeze"]):
        _change(freeze, book, dialogs, lang, compute=False)


def thaw_formulas(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Bring the formulas back and compute them."""
    _change(thaw, book, dialogs, lang, compute=True)


def relink_formulas(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Make linked formulas plain and compute them."""
    _change(relink, book, dialogs, lang, compute=True)


def _change(
    tool: Callable[[xlwings.Book], int],
    book: xlwings.Book,
    dialogs: Dialogs,
    lang: str,
    *,
    compute: bool,
) -> None:
    texts, told, changed = TEXTS[lang], [], True
    with open_book.copied(book) as before:
        try:
            count = tool(book)
            changed = count > 0
            told.append(texts["changed"].format(count=count))
        finally:  # whatever stopped the tool, it may have changed something
            if changed:
                backup = open_book.keep_backup(book, before)
                told.append(texts["backup"].format(file=backup))
    if changed and compute:
        book.app.calculate()
    dialogs.tell("\n".join(told))


def tell_settings(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Tell the interpreter, the files of the installation, and the versions."""
    _ = book
    dialogs.tell(
        TEXTS[lang]["settings"].format(
            python=sys.executable,
            file=settings_file(),
            addin=addin_file(),
            version=version(),
            xlwings=xlwings.__version__,
        )
    )


def tell_help(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Tell how to go on from here."""
    _ = book
    dialogs.tell(TEXTS[lang]["help"].format(version=version()))


def _mark(lang: str) -> str:
    return "：" if lang == "zh" else ": "


ACTIONS: Final[dict[str, Action]] = {
    **{f"{NEW}{name}": partial(make_workbook, name) for name in TEMPLATES},
    **{
        f"{EMPTY}{name}": partial(make_workbook, name, without_case=True)
        for name, one in TEMPLATES.items()
        if one.has_case
    },
    "check_workbook": check,
    "refresh_files": refreshing.refresh_from_files,
    "refresh_mapping": refreshing.refresh_by_mapping,
    "refresh_sheet": compute_sheet,
    "refresh_workbook": compute_workbook,
    "snapshot": refreshing.keep_snapshot,
    "why": why,
    "relink": relink_formulas,
    "freeze": freeze_formulas,
    "thaw": thaw_formulas,
    "settings": tell_settings,
    "show_help": tell_help,
}
"""By the id of its button."""
