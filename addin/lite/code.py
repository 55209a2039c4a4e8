"""The code that a workbook carries for xlwings Lite: as little as can be, all else is the package."""

from __future__ import annotations

import re
from importlib import resources
from typing import Final

import xlwings

from udfs.helpers.about import NAME, version

MAIN: Final = "main.py"
REQUIREMENTS: Final = "requirements.txt"

# Excel's add-in brings Pyodide, whose numpy, pandas, scipy and scikit-learn have the version that
# they have there: asking for another one would keep the code from starting.
_FROM_PYODIDE: Final = ("numpy", "pandas", "scipy", "scikit-learn")
_PROJECT: Final = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


def main_py(lang: str) -> str:
    """The workbook's main.py.

    Args:
        lang: the language of the functions' help and messages, "en" or "zh".
    """
    text = resources.files("addin.lite").joinpath(MAIN).read_text(encoding="utf-8")
    return text.replace('LANG = "en"', f'LANG = "{lang}"')


def requirements(package: str | None = None) -> str:
    """The workbook's requirements.txt.

    Args:
        package: where the add-in gets creditcells from: a requirement, or the address of a
            wheel; by default this very version from the package index.
    """
    installed = version()
    ours = f"{NAME}=={installed}" if installed[0].isdigit() else NAME
    lines = [f"xlwings=={xlwings.__version__}", *_FROM_PYODIDE, package or ours]
    return "".join(f"{line}\n" for line in lines)


def merged_requirements(theirs: str, ours: str) -> str:
    """Requirements with ours among them; what the workbook asks for besides stays as it is."""
    wanted = {project(line): line for line in ours.splitlines()}
    lines = [line for line in theirs.splitlines() if project(line) != NAME]
    present = {project(line) for line in lines}
    added = [line for name, line in wanted.items() if name not in present]
    return "".join(f"{line}\n" for line in [*lines, *added])


def project(line: str) -> str:
    """The project that a line of requirements names, as package indexes spell it; "" if none."""
    if f"{NAME}-" in line and line.split("#", maxsplit=1)[0].strip().endswith(".whl"):
        return NAME
    found = _PROJECT.match(line)
    return re.sub(r"[-_.]+", "-", found[1]).lower() if found else ""
