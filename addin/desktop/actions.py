"""What the buttons of the ribbon do, on the workbook that is open in Excel.

Each button's function has the button's id as its name. It runs the same code as the command line,
against ``xlwings.Book``; what can go wrong is told in a message, never lost in a log.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import xlwings

from addin import console
from addin.check import check_file
from addin.desktop.dialogs import Dialogs, ExcelDialogs
from addin.desktop.paths import settings_file
from addin.headless.engine import Book as FileBook
from addin.portfolio import SourceSet, refresh
from addin.templates import new_workbook as write_template
from addin.workbook_tools import freeze as freeze_formulas
from addin.workbook_tools import reasons
from addin.workbook_tools import relink as relink_formulas
from addin.workbook_tools import thaw as thaw_formulas
from udfs.errors import CreditCellsError
from udfs.helpers.about import version
from workbook_templates.language import language
from workbook_templates.registry import TEMPLATES

Action = Callable[[xlwings.Book, Dialogs, str], None]

_SHOWN: Final = 12
_WORDS: Final = {
    "en": {
        "template": "Which workbook?",
        "save": "Save the new workbook as",
        "customers": "Customers (cancel: keep those of the workbook)",
        "loans": "Loans (cancel: keep those of the workbook)",
        "transactions": "Transactions (cancel: keep those of the workbook)",
        "no_source": "No file was chosen; nothing was changed.",
        "no_findings": "Nothing was found.",
        "more": "… and {count} more; `creditcells check` lists them all.",
        "no_reasons": "Select cells with functions that give reasons, such as CR_GRADE.",
        "freeze": (
            "Our formulas in this workbook become values. They are kept on a hidden sheet, from "
            "which Thaw brings them back; whoever gets the workbook can read them there. Go on?"
        ),
        "changed": "{count} formulas changed.",
        "settings": "Python: {python}\nSettings: {file}\ncreditcells {version}, xlwings {xlwings}",
        "help": (
            "creditcells {version}\n\nType =CR_ in a cell, or press Browse, for all functions. "
            "Why? tells the reasons behind the selected cells; =CR_LASTERROR(A1) tells the "
            "reason behind an error. =CR_POLICY(A1) shows the policy table named in A1."
        ),
    },
    "zh": {
        "template": "选择哪个工作簿？",
        "save": "新工作簿另存为",
        "customers": "客户数据（取消则保留工作簿中的数据）",
        "loans": "贷款数据（取消则保留工作簿中的数据）",
        "transactions": "交易数据（取消则保留工作簿中的数据）",
        "no_source": "没有选择文件，未作任何更改。",
        "no_findings": "没有发现问题。",
        "more": "……另有 {count} 项，可用 `creditcells check` 查看全部。",
        "no_reasons": "请选择能说明理由的函数所在的单元格，如 CR_GRADE。",
        "freeze": (
            "本工作簿中的函数公式将转为数值。公式保存在隐藏工作表中，可用“恢复公式”还原；"
            "收到工作簿的人可以在该表中看到公式。是否继续？"
        ),
        "changed": "已更改 {count} 个公式。",
        "settings": "Python：{python}\n设置：{file}\ncreditcells {version}，xlwings {xlwings}",
        "help": (
            "creditcells {version}\n\n在单元格中输入 =CR_ 或点击“函数浏览”可查看全部函数。"
            "“为什么？”说明所选单元格的理由；=CR_LASTERROR(A1) 说明错误的原因；"
            "=CR_POLICY(A1) 展开 A1 所写的政策表。"
        ),
    },
}


def run(action: Action, lang: str) -> None:
    """Run an action on the calling workbook; a fault is told in a message."""
    book = xlwings.Book.caller()
    dialogs = ExcelDialogs(book.app, lang)
    try:
        action(book, dialogs, lang)
    except CreditCellsError as error:
        dialogs.tell(str(error))


def new_workbook(lang: str) -> None:
    """A workbook from a template."""
    run(make_workbook, lang)


def make_workbook(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Ask for the template and the file, write it, and open it."""
    words, templates = _WORDS[lang], list(TEMPLATES.values())
    place = dialogs.choose(words["template"], [t.title[language(lang)] for t in templates])
    if place is None:
        return
    chosen = templates[place]
    path = dialogs.new_file(words["save"], chosen.file_name(language(lang)))
    if path is not None:
        book.app.books.open(write_template(chosen.name, path, lang=lang))


def check_workbook(lang: str) -> None:
    """What is wrong in this workbook."""
    run(tell_findings, lang)


def tell_findings(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Check a copy of the workbook as it is now, and tell the first findings."""
    words = _WORDS[lang]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"copy{Path(book.name).suffix or '.xlsx'}"
        if isinstance(book.impl, FileBook):
            book.save(copy)
        else:
            book.api.SaveCopyAs(str(copy))
        findings = check_file(copy)
    lines = [f"{f.sheet}!{f.cell}: {f.text(lang)}".replace("!:", ":") for f in findings[:_SHOWN]]
    if len(findings) > _SHOWN:
        lines.append(words["more"].format(count=len(findings) - _SHOWN))
    dialogs.tell("\n".join(lines) or words["no_findings"])


def refresh_source(lang: str) -> None:
    """New data from files."""
    run(refresh_from_files, lang)


def refresh_from_files(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Ask for the files of customers, loans and transactions, and refresh the portfolio."""
    words = _WORDS[lang]
    names = ("customers", "loans", "transactions")
    files = [dialogs.source_file(words[name]) for name in names]
    customers, loans, transactions = (None if f is None else str(f) for f in files)
    if customers is loans is transactions is None:
        dialogs.tell(words["no_source"])
        return
    sources = SourceSet.of(customers=customers, loans=loans, transactions=transactions)
    _tell_refresh(book, dialogs, sources)


def snapshot(lang: str) -> None:
    """Keep today's grades and balances."""
    run(keep_snapshot, lang)


def keep_snapshot(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Recompute the portfolio with its own rows and keep them in its history."""
    _ = lang  # the summary speaks the workbook's language
    _tell_refresh(book, dialogs, SourceSet.of())


def _tell_refresh(book: xlwings.Book, dialogs: Dialogs, sources: SourceSet) -> None:
    summary = refresh(book, sources)
    with console.out.capture() as shown:
        console.show_summary(summary)
    dialogs.tell(shown.get())


def refresh_sheet(lang: str) -> None:
    """Recompute this sheet."""
    run(compute_sheet, lang)


def compute_sheet(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Recompute the active sheet; a file has no active sheet and is computed whole."""
    _ = dialogs, lang
    if isinstance(book.impl, FileBook):
        book.app.calculate()
    else:
        book.sheets.active.api.Calculate()


def refresh_workbook(lang: str) -> None:
    """Recompute this workbook."""
    run(compute_workbook, lang)


def compute_workbook(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Recompute every formula."""
    _ = dialogs, lang
    if isinstance(book.impl, FileBook):
        book.app.calculate()
    else:
        book.app.api.CalculateFull()


def why(lang: str) -> None:
    """The reasons behind the selected cells."""
    run(tell_reasons, lang)


def tell_reasons(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Tell the reasons behind the selected cells."""
    selection = book.selection
    if selection is None:
        dialogs.tell(_WORDS[lang]["no_reasons"])
        return
    tell_reasons_of(book, dialogs, lang, selection.sheet.name, selection.address)


def tell_reasons_of(
    book: xlwings.Book, dialogs: Dialogs, lang: str, sheet: str, address: str
) -> None:
    """Tell the reasons behind cells."""
    found = reasons(book, sheet, address, lang)
    mark = "：" if lang == "zh" else ": "
    lines = [f"{one.cell} {one.value} ({one.function}){mark}{one.text}" for one in found]
    dialogs.tell("\n\n".join(lines) or _WORDS[lang]["no_reasons"])


def browse_functions(lang: str) -> None:
    """All functions with their help."""
    run(open_function_wizard, lang)


def open_function_wizard(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Open Excel's own function wizard."""
    _ = book, lang
    dialogs.function_wizard()


def freeze(lang: str) -> None:
    """Our functions become values."""
    run(freeze_workbook, lang)


def freeze_workbook(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Ask, then turn our formulas into values."""
    if dialogs.confirm(_WORDS[lang]["freeze"]):
        _tell_changed(dialogs, lang, freeze_formulas(book))


def thaw(lang: str) -> None:
    """The functions come back."""
    run(thaw_workbook, lang)


def thaw_workbook(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Bring the formulas back and compute them."""
    changed = thaw_formulas(book)
    book.app.calculate()
    _tell_changed(dialogs, lang, changed)


def relink(lang: str) -> None:
    """Repair formulas that turned into links."""
    run(relink_workbook, lang)


def relink_workbook(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Make linked formulas plain and compute them."""
    changed = relink_formulas(book)
    book.app.calculate()
    _tell_changed(dialogs, lang, changed)


def _tell_changed(dialogs: Dialogs, lang: str, count: int) -> None:
    dialogs.tell(_WORDS[lang]["changed"].format(count=count))


def settings(lang: str) -> None:
    """Which Python is used, and where the settings stand."""
    run(tell_settings, lang)


def tell_settings(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Tell the interpreter, the settings file and the versions."""
    _ = book
    dialogs.tell(
        _WORDS[lang]["settings"].format(
            python=sys.executable,
            file=settings_file(),
            version=version(),
            xlwings=xlwings.__version__,
        )
    )


def show_help(lang: str) -> None:
    """What is where, and the version."""
    run(tell_help, lang)


def tell_help(book: xlwings.Book, dialogs: Dialogs, lang: str) -> None:
    """Tell how to go on from here."""
    _ = book
    dialogs.tell(_WORDS[lang]["help"].format(version=version()))
