"""Looks at all that the add-in for LibreOffice needs, and says what is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from addin.calc.extension import methods, settings, unpack_extension
from addin.calc.installing import installed_extension, installed_settings
from addin.calc.office import OfficeError, Program, find_program, private_office
from addin.calc.process import run
from addin.calc.referee import PROBE, check_probe
from udfs.chinese import joined
from udfs.errors import Words
from udfs.helpers.about import version

_SECONDS: Final = 120.0
_LOADER: Final = "pythonloader.py"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        title: what, in English and in Chinese.
        good: whether it is as it should be; None where it only matters for something else.
        detail: what was found, and what to do about it; texts that are not ``Words`` need no language.
    """

    title: tuple[str, str]
    good: bool | None
    detail: str


def examine(profile: Path | None = None) -> Iterator[Check]:
    """Look at everything in turn; what cannot be looked at any more is left out.

    Args:
        profile: the folder of a profile of LibreOffice's; by default the user's own.

    Yields:
        What was found, as soon as it is.
    """
    try:
        program = find_program()
    except OfficeError as error:
        yield Check(("LibreOffice", "LibreOffice"), good=False, detail=error.told)
        return
    number = ".".join(map(str, program.version))
    detail = Words(f"{number} in {program.folder}", f"{number}，位于 {program.folder}")
    yield Check(("LibreOffice", "LibreOffice"), good=True, detail=detail)
    loader = program.folder / _LOADER
    title = ("LibreOffice's Python", "LibreOffice 的 Python")
    if not loader.is_file():
        detail = Words(
            "is not installed. On Debian install the package python3-uno.",
            "未安装。Debian 请安装软件包 python3-uno。",
        )
        yield Check(title, good=False, detail=detail)
        return
    detail = Words(f"{loader.name} is there", f"{loader.name} 已就绪")
    yield Check(title, good=True, detail=detail)
    works = ("The add-in in a private LibreOffice", "独立实例中的加载项")
    yield _answer_of(works, unpack_extension)
    yield from _installed(program, profile)
    yield from _printing()


def _answer_of(title: tuple[str, str], place: Callable[[Path], object]) -> Check:
    """Whether an add-in that is put into a private LibreOffice tells its version."""
    try:
        with private_office(recalculate=False, seconds=_SECONDS) as office:
            place(office.extensions / "creditcells")
            check_probe(office.work(PROBE)[-1])
    except OfficeError as error:
        return Check(title, good=False, detail=error.told)
    return Check(
        title, good=True, detail=Words(f"answers with version {version()}", f"应答版本 {version()}")
    )


def _installed(program: Program, profile: Path | None) -> Iterator[Check]:
    title = ("The installed add-in", "已安装的加载项")
    remedy = Words(
        "Run `creditcells calc-addin install`.", "请运行 `creditcells calc-addin install`。"
    )
    folder = installed_extension(program, profile)
    if folder is None:
        missing = Words(f"There is none. {remedy}", joined("未安装。", remedy.zh))
        yield Check(title, good=None, detail=missing)
        return
    try:
        known = installed_settings(folder)
    except OfficeError as error:
        yield Check(title, good=False, detail=error.told)
        return
    if known != settings(methods()):
        detail = Words(
            f"{folder} was made by another version or environment. {remedy}",
            joined(str(folder), "由其他版本或环境生成。", remedy.zh),
        )
        yield Check(title, good=False, detail=detail)
        return
    yield _answer_of(title, lambda target: shutil.copytree(folder, target))


def _printing() -> Iterator[Check]:
    drawing = shutil.which("pdftoppm")
    detail = drawing or Words(
        "pdftoppm (poppler-utils) is missing; `creditcells pdf --png` needs it.",
        "缺少 pdftoppm（poppler-utils），`creditcells pdf --png` 需要它。",
    )
    yield Check(
        ("Pictures of pages", "页面图片"), good=None if drawing is None else True, detail=detail
    )
    lister = shutil.which("fc-list")
    if lister is None:
        return
    fonts = run([lister, ":lang=zh-cn", "family"], seconds=_SECONDS, environment={})
    found = fonts.output.splitlines()
    none = Words(
        "There is none: Chinese prints as boxes. Install fonts-noto-cjk.",
        "没有中文字体，中文会印成方框。请安装 fonts-noto-cjk。",
    )
    detail = found[0] if found else none
    yield Check(("Chinese fonts", "中文字体"), good=True if found else None, detail=detail)
