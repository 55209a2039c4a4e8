"""The rooms of the house: who may import whom, and what an import costs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {"udfs": 0, "workbook_templates": 1, "addin": 2}
ALLOWED_IN_UDFS = {"numpy", "pandas", "udfs", "scipy", "sklearn", "rjieba"}
ONLY_IN = {"xlwings": {"addin"}, "openpyxl": {"addin", "workbook_templates"}}
# xlwings Server has a licence of its own: what belongs to it stays in its folder.
SERVER = ROOT / "addin" / "server"
OF_THE_SERVER = (
    "addin.server", "xlwings.server", "xlwings.pro", "xlwings_server", "fastapi", "uvicorn",
    "custom_functions", "custom_scripts",
)  # fmt: skip
MAY_START_THE_SERVER = {ROOT / "addin" / "cli.py": ("addin.server.run",)}
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_arrows_go_one_way(path):
    room = path.relative_to(ROOT).parts[0]
    for name in set(imported(path)):
        if name in ROOMS:
            assert ROOMS[name] <= ROOMS[room], f"{room} imports {name}"
        if name in ONLY_IN:
            assert room in ONLY_IN[name], f"{room} imports {name}"
        if room == "udfs" and name not in sys.stdlib_module_names:
            assert name in ALLOWED_IN_UDFS, f"udfs imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_of_the_server_is_used_elsewhere(path):
    if path.is_relative_to(SERVER):
        return
    used = {
        name
        for name in modules(path)
        if any(name == part or name.startswith(f"{part}.") for part in OF_THE_SERVER)
    }
    allowed = MAY_START_THE_SERVER.get(path, ())
    assert all(any(name.startswith(part) for part in allowed) for name in used)


def modules(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_command_starts_without_the_server():
    loaded = run("import sys, addin.cli; print(*sys.modules)").split()
    assert not {"addin.server", "xlwings", "xlwings_server", "fastapi", "uvicorn"} & set(loaded)


def test_udfs_import_nothing_slow_at_start():
    code = "import sys, udfs; print(*{m.split('.')[0] for m in sys.modules})"
    loaded = run(code).split()
    assert not {
        "xlwings",
        "openpyxl",
        "scipy",
        "sklearn",
        "rjieba",
        "addin",
        "workbook_templates",
    } & set(loaded)


def run(code):
    finished = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return finished.stdout


def test_functions_read_no_clock_and_no_chance():
    for path in (ROOT / "udfs").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for word in ("datetime.now", "date.today", "time.time(", "np.random.rand", "import random"):
            assert word not in text, f"{path.name}: {word}"
