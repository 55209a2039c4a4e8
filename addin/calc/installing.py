"""Puts the add-in into the LibreOffice that a person works with, and finds it there again."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from addin.calc.extension import FILE_NAME, SETTINGS, build_extension
from addin.calc.office import OfficeError, Program, clean_environment, find_program
from addin.calc.process import run
from udfs.chinese import joined
from udfs.errors import Words

_SECONDS: Final = 120.0
_UNPACKED: Final = f"uno_packages/*/{FILE_NAME}/{SETTINGS}"
_REMEDY: Final = Words("Close LibreOffice and try again.", "请关闭 LibreOffice 后重试。")


def install_extension(profile: Path | None = None) -> Path:
    """Build the add-in and add it to LibreOffice; an older one is replaced.

    An administrator (root) adds it for all users of the machine, since LibreOffice allows him
    nothing else; anybody else for himself.

    Args:
        profile: the folder of a profile of LibreOffice's; by default the user's own. With a
            profile, an administrator's add-in goes into it too.

    Returns:
        The folder that LibreOffice keeps it in.

    Raises:
        OfficeError: there is no usable LibreOffice, it is open, or the add-in cannot be added.
    """
    program = find_program()
    tool = _tool(program)
    with tempfile.TemporaryDirectory(prefix="creditcells-") as folder:
        file = build_extension(Path(folder))
        options = [*(["--shared"] if _is_root() else []), *_places(profile)]
        command = [str(tool), "add", "--force", *options, str(file)]
        ended = run(command, seconds=_SECONDS, environment=clean_environment())
    if ended.code != 0:
        why = ended.output or str(ended.code)
        problem = Words(
            f"the add-in cannot be added: {why}.", joined("无法添加加载项：", why, "。")
        )
        raise OfficeError("LibreOffice", problem, _REMEDY)
    found = installed_extension(program, profile)
    if found is None:
        problem = Words("the add-in was added, but is not there.", "加载项已添加，却找不到。")
        raise OfficeError("LibreOffice", problem, _REMEDY)
    return found


def installed_extension(program: Program, profile: Path | None = None) -> Path | None:
    """The folder that LibreOffice keeps the add-in in; None if it has none.

    Args:
        program: the LibreOffice.
        profile: the folder of a profile; by default the user's own.
    """
    shared = program.folder.parent / "share/uno_packages/cache"
    own = (profile or default_profile()) / "user/uno_packages/cache"
    for cache in (own, shared if profile is None else profile / "shared"):
        found = sorted(cache.glob(_UNPACKED), key=lambda path: path.stat().st_mtime)
        if found:
            return found[-1].parent
    return None


def installed_settings(extension: Path) -> dict[str, Any]:
    """What an installed add-in knows of its environment.

    Raises:
        OfficeError: that cannot be read.
    """
    file = extension / SETTINGS
    try:
        settings: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        problem = Words(f"cannot be read: {error}.", joined("无法读取：", str(error), "。"))
        remedy = Words(
            "Run `creditcells calc-addin install` again.",
            "请重新运行 `creditcells calc-addin install`。",
        )
        raise OfficeError(file, problem, remedy) from None
    return settings


def default_profile() -> Path:
    """The profile that LibreOffice uses when nothing else is said."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", home / "AppData/Roaming")) / "LibreOffice/4"
    if sys.platform == "darwin":
        return home / "Library/Application Support/LibreOffice/4"
    return Path(os.environ.get("XDG_CONFIG_HOME", home / ".config")) / "libreoffice/4"


def _tool(program: Program) -> Path:
    names = ("unopkg.bin", "unopkg.com", "unopkg")
    found = next(
        (program.folder / name for name in names if (program.folder / name).is_file()), None
    )
    if found is None:
        problem = Words(
            f"has no unopkg in {program.folder}, which adds add-ins.",
            f"在 {program.folder} 中没有添加加载项所需的 unopkg。",
        )
        remedy = Words("Install LibreOffice completely.", "请完整安装 LibreOffice。")
        raise OfficeError("LibreOffice", problem, remedy)
    return found


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _places(profile: Path | None) -> list[str]:
    if profile is None:
        return []
    shared = (profile / "shared").resolve().as_uri()
    return [
        f"-env:UserInstallation={profile.resolve().as_uri()}",
        f"-env:UNO_SHARED_PACKAGES_CACHE={shared}",
    ]
