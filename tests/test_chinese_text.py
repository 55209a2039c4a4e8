"""Chinese text in the code is set as Chinese is set."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("udfs", "addin", "workbook_templates")
HAN = "[\u4e00-\u9fff]"
HALF_WIDTH = re.compile(f"{HAN}[,;:!?()]|[,;!?()]{HAN}")
STRAY_SPACE = re.compile(f"{HAN} {HAN}|[，。；：、？！（）] {HAN}|{HAN} [，。；：、？！（）]")
SOURCES = sorted(
    str(file.relative_to(ROOT)) for room in ROOMS for file in (ROOT / room).rglob("*.py")
)


def _chinese_lines(source):
    """The lines of the string literals that are Chinese; docstrings are English."""
    tree = ast.parse(source)
    docstrings = {
        ast.get_docstring(node, clean=False)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and node.value not in docstrings:
            yield from filter(_is_chinese, node.value.splitlines())


def _is_chinese(line):
    """Whether Chinese is more than a word quoted in English or a pattern."""
    return 2 * len(re.findall(HAN, line)) > len(re.findall("[A-Za-z]", line))


def _faults(source):
    return [
        line.strip()
        for line in _chinese_lines(source)
        if HALF_WIDTH.search(line) or STRAY_SPACE.search(line.strip())
    ]


@pytest.mark.parametrize("file", SOURCES)
def test_chinese_has_full_width_marks_and_no_stray_spaces(file):
    assert _faults((ROOT / file).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    ["请修改,再传回", "缺少得分;请补充", "参数:", "省级代码(前两位)", "得分 为空", "应为数字 。"],
)
def test_half_width_marks_and_stray_spaces_are_found(line):
    assert _faults(f"help = {line!r}") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "应为 TRUE 或 FALSE。",
        '"why" 理由；"table" 明细',
        "fields such as 行业代码, 等级",
        "违约概率（PD）",
    ],
)
def test_latin_words_in_chinese_and_chinese_words_in_english_are_no_fault(line):
    assert _faults(f"help = {line!r}") == []
