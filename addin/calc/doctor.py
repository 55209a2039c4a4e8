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
from addin.errors import FileError

_SECONDS: Final = 120.0
_LOADER: Final = "pythonloader.py"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        title: what, in English and in Chinese.
        good: whether it is as it should be; None where it only matters for something else.
        detail: what was found, and what to do about it.
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
        yield Check(("LibreOffice", "LibreOffice"), good=False, detail=f"{error}")
        return
    version = ".".join(map(str, program.version))
    yield Check(("LibreOffice", "LibreOffice"), good=True, detail=f"{version} in {program.folder}")
    loader = program.folder / _LOADER
    title = ("LibreOffice's Python", "LibreOffice 的 Python")
    if not loader.is_file():
        detail = "is not installed. On Debian install the package python3-uno."
        yield Check(title, good=False, detail=detail)
        return
    yield Check(title, good=True, detail=f"{loader.name} is there")
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
    except FileError as error:
        return Check(title, good=False, detail=f"{error}")
    return Check(title, good=True, detail=f"answers with version {settings(methods())['version']}")


def _installed(program: Program, profile: Path | None) -> Iterator[Check]:
    title = ("The installed add-in", "已安装的加载项")
    remedy = "Run `creditcells calc-addin install`."
    folder = installed_extension(program, profile)
    if folder is None:
        yield Check(title, good=None, detail=f"There is none. {remedy}")
        return
    try:
        known = installed_settings(folder)
    except OfficeError as error:
        yield Check(title, good=False, detail=f"{error}")
        return
    if known != settings(methods()):
        detail = f"{folder} was made by another version or environment. {remedy}"
        yield Check(title, good=False, detail=detail)
        return
    yield _answer_of(title, lambda target: shutil.copytree(folder, target))


def _printing() -> Iterator[Check]:
    drawing = shutil.which("pdftoppm")
    detail = drawing or "pdftoppm (poppler-utils) is missing; `creditcells pdf --png` needs it."
    yield Check(
        ("Pictures of pages", "页面图片"), good=None if drawing is None else True, detail=detail
    )
    lister = shutil.which("fc-list")
    if lister is None:
        return
    fonts = run([lister, ":lang=zh-cn", "family"], seconds=_SECONDS, environment={})
    found = fonts.output.splitlines()
    detail = (
        found[0] if found else "There is none: Chinese prints as boxes. Install fonts-noto-cjk."
    )
    yield Check(("Chinese fonts", "中文字体"), good=True if found else None, detail=detail)
