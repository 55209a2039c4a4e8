"""Templates with their values: built by code, computed without Excel, and copied for a user.

``python -m addin.templates`` builds and computes the workbooks that the package ships; the same
code gives the same bytes.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Final

import workbook_templates
from addin.errors import WorkbookError
from addin.headless.calculate import calculate
from addin.headless.workbook import Workbook
from udfs.errors import Words
from workbook_templates.archive import save
from workbook_templates.data_tables import Capacity
from workbook_templates.language import LANGUAGES, Lang, language
from workbook_templates.registry import TEMPLATES, Template, template

_SHOWN: Final = 5
_SUFFIX: Final = ".xlsx"


def new_workbook(
    name: str,
    out: str | Path,
    *,
    lang: str = "en",
    without_case: bool = False,
    rows: Capacity | None = None,
    whole: int | None = None,
) -> Path:
    """Copy a template to a file of the user's.

    Args:
        name: the template, such as "portfolio".
        out: the workbook to write, or a folder for it.
        lang: "en" or "zh".
        without_case: whether the inputs are blank instead of holding the worked case; policy
            stays. Such a workbook is built and computed now.
        rows: for how many rows single tables of data are to have room; such a workbook is built
            and computed now, too.
        whole: the same for the first table, with the others growing alike.

    Returns:
        The workbook's path.

    Raises:
        UnknownTemplateError: there is no such template or language.
        CapacityError: there is no such table, or it cannot have so many rows.
        WorkbookError: the file exists already, is no .xlsx, or cannot be written.

    Example:
        >>> new_workbook("portfolio", "portfolio.xlsx", lang="zh")  # doctest: +SKIP
    """
    chosen = template(name)
    path = Path(out)
    if path.is_dir():
        path /= chosen.file_name(language(lang))
    sized = chosen.capacity(rows or {}, whole) if rows or whole is not None else None
    if path.suffix.casefold() != _SUFFIX:
        raise WorkbookError(
            path,
            Words("A template is an .xlsx workbook.", "模板是 .xlsx 工作簿。"),
            Words(f"Name it {path.stem}{_SUFFIX}.", f"请命名为 {path.stem}{_SUFFIX}。"),
        )
    if path.exists():
        raise WorkbookError(
            path,
            Words("The file exists already.", "文件已存在。"),
            Words("Choose another name.", "请另取文件名。"),
        )
    if without_case or sized:
        data = _built(chosen, language(lang), without_case=without_case, rows=sized)
    else:
        data = chosen.file(lang).read_bytes()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise WorkbookError(
            path,
            Words(
                f"The file cannot be written: {error.strerror}.", f"无法写入：{error.strerror}。"
            ),
            Words("Choose a folder that you may write to.", "请选择有写入权限的文件夹。"),
        ) from None
    return path


def _built(chosen: Template, lang: Lang, *, without_case: bool, rows: Capacity | None) -> bytes:
    """A template's file with computed values, made now."""
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / chosen.file_name(lang)
        return build_computed(chosen, lang, path, without_case=without_case, rows=rows).read_bytes()


def build_all(folder: Path) -> list[Path]:
    """Build every template in every language, with computed values.

    Args:
        folder: gets one folder per template.

    Returns:
        The workbooks written.

    Raises:
        WorkbookError: a formula of a template could not be computed.
    """
    return [
        build_computed(one, lang, folder / one.name / one.file_name(lang))
        for one in TEMPLATES.values()
        for lang in LANGUAGES
    ]


def build_computed(
    chosen: Template,
    lang: Lang,
    path: Path,
    *,
    without_case: bool = False,
    rows: Capacity | None = None,
) -> Path:
    """Build one template, compute it, and put it in place in one move.

    Args:
        chosen: the template.
        lang: language of the workbook.
        path: the workbook to write.
        without_case: whether the inputs are blank.
        rows: the room of its tables of data; by default each table's own.

    Returns:
        The path.

    Raises:
        WorkbookError: one of its formulas could not be computed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as room:
        draft = Path(room) / path.name
        save(chosen.build(lang, without_case=without_case, rows=rows), draft)
        book = Workbook.open(draft)
        report = calculate(book)
        if report.uncomputed:
            cells = [f"{u.sheet}!{u.cell} ({u.reason})" for u in report.uncomputed[:_SHOWN]]
            problem = f"{len(report.uncomputed)} formulas were not computed: {'; '.join(cells)}."
            raise WorkbookError(path, problem, "Correct the template.")
        book.save(draft)
        draft.replace(path)
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Build all templates into the folder given, by default into the package."""
    given = sys.argv[1:] if arguments is None else arguments
    with resources.as_file(resources.files(workbook_templates)) as package:
        for path in build_all(Path(given[0]) if given else package):
            sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
