"""The settings of a private LibreOffice."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

_ALWAYS: Final = "0"
_NEVER: Final = "1"
_CALC: Final = "/org.openoffice.Office.Calc"
_COMMON: Final = "/org.openoffice.Office.Common"
# No macro and no link of a workbook may reach beyond it: nothing leaves the machine. (What
# LibreOffice calls active content stays allowed: charts are among it.)
_CLOSED: Final = (
    (f"{_COMMON}/Security/Scripting", "DisableMacrosExecution", "true"),
    (f"{_COMMON}/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    (f"{_COMMON}/Security/Scripting", "MacroSecurityLevel", "3"),
    (f"{_CALC}/Content/Update", "Link", "2"),
)
# The same result on every machine: formulas and number formats read as in English, Chinese
# characters drawn as in China.
_ALIKE: Final = (
    ("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "en-US"),
    ("/org.openoffice.Office.Linguistic/General", "DefaultLocale_CJK", "zh-CN"),
    (f"{_COMMON}/Misc", "FirstRun", "false"),
)
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">\n'
)


def write_profile(folder: Path, *, recalculate: bool) -> None:
    """Write a new profile.

    Args:
        folder: the profile; made if need be.
        recalculate: whether formulas are computed anew when a workbook is loaded.
    """
    mode = _ALWAYS if recalculate else _NEVER
    modes = [(f"{_CALC}/Formula/Load", name, mode) for name in ("OOXMLRecalcMode", "ODFRecalcMode")]
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{escape(value)}</value></prop></item>\n"
        for path, name, value in (*_CLOSED, *_ALIKE, *modes)
    )
    user = folder / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(f"{_HEAD}{items}</oor:items>\n", "utf-8")
