"""Every formula and command of the READMEs, in both languages."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import udfs
from udfs.examples import parse_call, parse_result

ROOT = Path(__file__).parents[1]
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]


def blocks(path, language):
    text = path.read_text(encoding="utf-8")
    return [block.strip() for block in re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)]


def formulas():
    for path in READMES:
        for block in blocks(path, "excel"):
            for line in block.splitlines():
                formula, _, promised = line.partition("→")
                yield path.name, formula.strip(), promised.strip()


@pytest.mark.parametrize(("readme", "formula", "promised"), list(formulas()))
def test_formula_gives_what_the_readme_promises(readme, formula, promised):
    name, cells = parse_call(formula)
    promised = [
        [pytest.approx(cell, rel=1e-8) if isinstance(cell, float) else cell for cell in row]
        for row in parse_result(promised)
    ]
    assert udfs.call(name, *cells) == promised, readme


def test_twins_show_the_same_formulas_and_commands():
    english, chinese = READMES
    assert len(blocks(english, "excel")) == len(blocks(chinese, "excel"))
    assert blocks(english, "sh") == [
        block.replace("portfolio.zh", "portfolio.en").replace("demo out --lang zh", "demo out")
        for block in blocks(chinese, "sh")
    ]


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    targets = re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
    assert targets
    for target in targets:
        assert (ROOT / target).exists(), target


def test_ci_runs_the_readmes_test_command():
    (command,) = re.findall(
        r"<!-- test command -->\n```sh\n(.*?)\n```", READMES[0].read_text(encoding="utf-8")
    )
    assert "-m pytest" in command
    assert "test command" in (ROOT / ".ci/run").read_text(encoding="utf-8")


@pytest.mark.long
@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_commands_run_in_a_new_environment_and_home(path, tmp_path):
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607 - the git that made this checkout
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    copy = tmp_path / "creditcells"
    for name in listed:
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    home = tmp_path / "home"
    home.mkdir()
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    for block in blocks(path, "sh"):
        if "pytest" in block:  # the CI run is that command
            continue
        finished = subprocess.run(  # noqa: S603 - the README's own commands
            ["bash", "-euo", "pipefail", "-c", block],  # noqa: S607 - as the README says
            cwd=copy, env={**clean, "HOME": str(home)}, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        # 1 is "done, look at the findings": the synthetic bank has some on purpose.
        assert finished.returncode in (0, 1), finished.stdout + finished.stderr
        assert "Traceback" not in finished.stderr


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_number_of_functions_is_the_catalogues(path):
    (told,) = re.findall(r"(\d+) of them|共 (\d+) 个", path.read_text(encoding="utf-8"))
    assert int("".join(told)) == len(udfs.FUNCTIONS)
