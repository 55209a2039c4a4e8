"""Prints a workbook as a person would: PDF pages, and a picture of each page.

What is printed is a copy that holds values only. So the pages show what the file holds and nothing
that LibreOffice would compute otherwise, and our functions need not be installed in it.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from addin.calc.office import (
    SECONDS,
    OfficeError,
    cannot_be_written,
    clean_environment,
    private_office,
)
from addin.calc.process import run
from addin.errors import WorkbookError
from addin.headless import formula_cells
from addin.headless.calculate import calculate
from addin.headless.references import MAX_COLUMN, MAX_ROW, Area
from addin.headless.workbook import Workbook
from udfs.chinese import joined
from udfs.errors import Words

DOTS_PER_INCH: Final = 110
_PRINT_AREA: Final = "_xlnm.Print_Area"
_WHOLE_SHEET: Final = Area(1, 1, MAX_ROW, MAX_COLUMN)


def print_book(
    book: Path,
    out: Path | None = None,
    *,
    sheets: Sequence[str] = (),
    pictures: bool = False,
    seconds: float = SECONDS,
) -> list[Path]:
    """Print a workbook to PDF by LibreOffice; the workbook itself is only read.

    The pages show the stored values. A workbook in which some formula was never computed is
    computed first, as a whole, in memory.

    Args:
        book: an .xlsx or .xlsm workbook.
        out: the PDF, or a folder for it; by default beside the workbook.
        sheets: the tabs to print, hidden ones too; by default all that are visible.
        pictures: also draw each page as a PNG beside the PDF: ``name-1.png`` and so on.
        seconds: how long LibreOffice may take.

    Returns:
        The PDF, then the pictures in the order of the pages.

    Raises:
        WorkbookError: the workbook cannot be read, or has no such sheet.
        OfficeError: there is no usable LibreOffice, it failed, or the result cannot be written.
    """
    target = _target(book, out)
    workbook = Workbook.open(book)
    _show_only(workbook, sheets)
    _keep_values_only(workbook)
    with private_office(recalculate=False, seconds=seconds) as office:
        copy = office.room / book.name
        workbook.save(copy)
        results = [office.convert(copy, "pdf")]
        if pictures:
            results += _drawn(results[0], office.room, seconds)
        return [_put(result, _beside(target, result, book.stem)) for result in results]


def _target(book: Path, out: Path | None) -> Path:
    if out is None:
        return book.with_suffix(".pdf")
    if out.is_dir():
        return out / f"{book.stem}.pdf"
    if out.suffix.lower() != ".pdf":
        problem = Words("is no name of a PDF.", "不是 PDF 文件名。")
        remedy = Words(
            "Give a name that ends in .pdf, or an existing folder.",
            "请给出以 .pdf 结尾的文件名，或一个已有的文件夹。",
        )
        raise OfficeError(out, problem, remedy)
    return out


def _show_only(workbook: Workbook, sheets: Sequence[str]) -> None:
    """Hides all tabs but those asked for; chart sheets are tabs too."""
    root = workbook.root
    tabs = list(root.iterfind("{*}sheets/{*}sheet"))
    if sheets:
        wanted = _positions(workbook, sheets)
        for i, tab in enumerate(tabs):
            tab.set("state", "visible" if i in wanted else "hidden")
        for view in root.iterfind("{*}bookViews/{*}workbookView"):
            view.set("activeTab", str(min(wanted)))
            view.attrib.pop("firstSheet", "")
    hidden = [str(i) for i, tab in enumerate(tabs) if tab.get("state", "visible") != "visible"]
    # LibreOffice prints the print area even of a hidden sheet.
    for name in list(root.iterfind("{*}definedNames/{*}definedName")):
        parent = name.getparent()
        area = name.get("name") == _PRINT_AREA and name.get("localSheetId") in hidden
        if area and parent is not None:
            parent.remove(name)
    workbook.package.replace_xml(workbook.part, root)


def _positions(workbook: Workbook, sheets: Sequence[str]) -> set[int]:
    positions = {name.casefold(): i for i, name in enumerate(workbook.tab_names)}
    for sheet in sheets:
        if sheet.casefold() not in positions:
            known = ", ".join(map(repr, workbook.tab_names))
            raise WorkbookError(workbook.path, f"has no sheet {sheet!r}.", f"It has {known}.")
    return {positions[sheet.casefold()] for sheet in sheets}


def _keep_values_only(workbook: Workbook) -> None:
    formulas = [formula for sheet in workbook.sheets for formula in sheet.formulas()]
    if any(formula.cached is None and formula.kind != "data table" for formula in formulas):
        calculate(workbook)
    for sheet in workbook.sheets:
        formula_cells.drop_formulas(sheet.data, _WHOLE_SHEET)
    workbook.formulas_changed = bool(formulas)


def _drawn(pdf: Path, folder: Path, seconds: float) -> list[Path]:
    """Each page of a PDF as a picture."""
    program = shutil.which("pdftoppm")
    if program is None:
        problem = Words(
            "which draws the pages, is not installed here.", "未安装，它用来绘制页面图片。"
        )
        remedy = Words(
            "Install poppler (on Debian the package poppler-utils), or leave --png out.",
            "请安装 poppler（Debian 的软件包为 poppler-utils），或不用 --png。",
        )
        raise OfficeError("pdftoppm", problem, remedy)
    pictures = folder / "pictures"
    pictures.mkdir()
    command = [program, "-r", str(DOTS_PER_INCH), "-png", str(pdf), str(pictures / pdf.stem)]
    ended = run(command, seconds=seconds, environment=clean_environment())
    if ended.code != 0:
        why = ended.output or str(ended.code)
        problem = Words(
            f"pdftoppm could not draw the pages: {why}.",
            joined("pdftoppm 无法绘制页面：", why, "。"),
        )
        remedy = Words("Leave --png out and open the PDF.", "请不用 --png，直接打开 PDF。")
        raise OfficeError(pdf.name, problem, remedy)
    return sorted(pictures.iterdir())


def _beside(target: Path, result: Path, stem: str) -> Path:
    """Where a result belongs: the PDF itself, or a picture with the PDF's name and its number."""
    return target.with_name(target.stem + result.stem.removeprefix(stem) + result.suffix)


def _put(result: Path, target: Path) -> Path:
    """Move a result into place in one step."""
    fresh = target.with_name(f".{target.name}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(result, fresh)
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_be_written(target, error) from None
    return target
