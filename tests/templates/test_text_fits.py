"""No text is cut off: each fits its cell, or has room to run on, in both languages.

Widths are estimated; a Chinese character counts two digits, a Latin letter a little less than one.
"""

import math

import pytest
from openpyxl.utils import get_column_letter

from tests.templates.every import EVERY, shipped
from workbook_templates.text_width import text_width

POINTS_PER_LINE = 1.3
LETTER = {"en": 0.93, "zh": 1.0}
BOLD = 1.05
SLACK = 0.5
RUNS_ON = ("CR title", "CR subtitle", "CR section", "CR group")
"""Styles of texts that run on over the blank cells at their right."""


@pytest.mark.parametrize(("text", "width"), [("PD", 2), ("违约概率", 8), ("A 类", 4), ("", 0)])
def test_a_chinese_character_is_two_wide(text, width):
    assert text_width(text) == width


def needed(cell, lang):
    """The width of a cell's text in the characters that columns are counted in."""
    size = (cell.font.size or 10) / 10
    bold = BOLD if cell.font.bold else 1
    return text_width(cell.value) * size * LETTER[lang] * bold + (2 if cell.alignment.indent else 0)


def room(cell, merged):
    """The width and height of a cell, or of the merged cells that it begins."""
    sheet, area = cell.parent, merged.get(cell.coordinate)
    last_row, last_column = (area.max_row, area.max_col) if area else (cell.row, cell.column)
    columns = range(cell.column, last_column + 1)
    heights = [sheet.row_dimensions[row].height for row in range(cell.row, last_row + 1)]
    width = sum(sheet.column_dimensions[get_column_letter(column)].width for column in columns)
    return width, None if None in heights else sum(heights)


def is_cut(cell, lang, merged):
    need, (width, height) = needed(cell, lang), room(cell, merged)
    if cell.alignment.shrink_to_fit or need <= width + SLACK:
        return False
    if not cell.alignment.wrap_text:
        beside = cell.parent.cell(cell.row, cell.column + 1)
        return not (beside.value is None and cell.style in RUNS_ON)
    lines = math.ceil(need / width)
    return height is not None and lines * (cell.font.size or 10) * POINTS_PER_LINE > height + 3


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_no_text_is_cut_off(name, lang):
    cut = []
    for sheet in shipped(name, lang, values=True):
        merged = {area.start_cell.coordinate: area for area in sheet.merged_cells.ranges}
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and is_cut(cell, lang, merged):
                    cut.append((sheet.title, cell.coordinate, cell.value[:60]))  # noqa: PERF401
    assert cut == []
