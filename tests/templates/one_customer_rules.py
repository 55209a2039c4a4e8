"""What the tests of the workbooks about one customer share: their rules, and a live copy."""

import math
import re
from importlib import resources

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

import workbook_templates
from addin.headless.calculate import calculate
from addin.headless.references import Area
from addin.headless.workbook import Workbook
from addin.templates import new_workbook
from udfs import FUNCTIONS
from udfs.errors import CellError
from workbook_templates.text_width import text_width

ERROR = re.compile(r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!)")
VOLATILE = re.compile(r"\b(NOW|TODAY|RAND|RANDBETWEEN|OFFSET|INDIRECT|INFO|CELL)\(")
NEWER_THAN_2016 = re.compile(r"\b(TEXTJOIN|IFS|SWITCH|MAXIFS|MINIFS|CONCAT|XLOOKUP|FILTER|LET)\(")
TEXT = re.compile(r'"[^"]*"')
RUNS_ON = ("CR title", "CR subtitle", "CR section", "CR group")
POINTS_PER_LINE, BOLD, SLACK = 1.3, 1.05, 0.5
LETTER = {"en": 0.93, "zh": 1.0}


def shipped(name, lang, *, values):
    """The workbook that the package ships, with its formulas or its values."""
    with resources.as_file(workbook_templates.template(name).file(lang)) as path:
        return openpyxl.load_workbook(path, data_only=values)


def cells(book):
    for sheet in book:
        for row in sheet.iter_rows():
            yield from row


def written(book):
    """Every formula of a workbook with its sheet and cell."""
    for cell in cells(book):
        text = cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value
        if isinstance(text, str) and text.startswith("="):
            yield cell.parent.title, cell.coordinate, text


def numbers(book):
    """Every number of a workbook, by the place of its sheet and its cell."""
    return {
        (book.sheetnames.index(cell.parent.title), cell.coordinate): cell.value
        for cell in cells(book)
        if isinstance(cell.value, int | float)
    }


def named(book, name):
    """The value of a named cell."""
    ((sheet, cell),) = book.defined_names[name].destinations
    return book[sheet][cell.replace("$", "")].value


def errors_shown(book):
    return [
        (cell.parent.title, cell.coordinate, cell.value)
        for cell in cells(book)
        if isinstance(cell.value, str) and ERROR.fullmatch(cell.value)
    ]


def depth_of_if(formula):
    depth = deepest = 0
    stack = []
    for opening in re.finditer(r"(\bIF)?\(|\)", TEXT.sub('""', formula)):
        if opening[0] == ")":
            depth -= stack.pop()
        else:
            stack.append(1 if opening[1] else 0)
            depth += stack[-1]
            deepest = max(deepest, depth)
    return deepest


def policies_left_out(book, tables):
    """Calls that leave a policy table to its built-in default, which nobody could see or change.

    Args:
        book: the workbook.
        tables: Excel names of the policy tables by that of the built-in table.
    """
    left = set()
    for _, _, text in written(book):
        for name in re.findall(r"\bCR_[A-Z0-9]+", text):
            for argument in FUNCTIONS[name].arguments:
                builtin = getattr(argument.kind, "builtin", "")
                if builtin and f"{tables.get(builtin)}[#All]" not in text:
                    left.add((name, builtin))
    return left


def cut_texts(book, lang):
    """Texts that do not fit their cells; widths are estimated as in the other templates."""
    cut = []
    for sheet in book:
        merged = {area.start_cell.coordinate: area for area in sheet.merged_cells.ranges}
        cut += [
            (sheet.title, cell.coordinate, cell.value[:60])
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, str) and _is_cut(cell, lang, merged)
        ]
    return cut


def _is_cut(cell, lang, merged):
    size = (cell.font.size or 10) / 10
    need = text_width(cell.value) * size * LETTER[lang] * (BOLD if cell.font.bold else 1)
    need += 2 if cell.alignment.indent else 0
    sheet, area = cell.parent, merged.get(cell.coordinate)
    last_row, last_column = (area.max_row, area.max_col) if area else (cell.row, cell.column)
    width = sum(
        sheet.column_dimensions[get_column_letter(column)].width
        for column in range(cell.column, last_column + 1)
    )
    heights = [sheet.row_dimensions[row].height for row in range(cell.row, last_row + 1)]
    if cell.alignment.shrink_to_fit or need <= width + SLACK:
        return False
    if not cell.alignment.wrap_text:
        beside = cell.parent.cell(cell.row, cell.column + 1)
        return not (beside.value is None and cell.style in RUNS_ON)
    if None in heights:
        return False
    return math.ceil(need / width) * size * 10 * POINTS_PER_LINE > sum(heights) + 3


def inputs_without_validation(book, policy_sheets, free=()):
    """Input cells off the policy sheets that neither prompt nor refuse anything."""
    bare = []
    for sheet in book:
        if sheet.title in policy_sheets or sheet.title in free:
            continue
        covered = set()
        for rule in sheet.data_validations.dataValidation:
            assert rule.prompt
            covered |= {c for area in rule.sqref.ranges for c in area.cells}
        for row in sheet.iter_rows():
            bare += [
                (sheet.title, cell.coordinate)
                for cell in row
                if cell.style == "CR input" and (cell.row, cell.column) not in covered
            ]
    return bare


def merged_arrays(book):
    """Array formulas in merged cells, which Excel does not take."""
    merged = {
        (sheet.title, *cell)
        for sheet in book
        for area in sheet.merged_cells.ranges
        for cell in area.cells
    }
    return [
        (cell.parent.title, cell.coordinate)
        for cell in cells(book)
        if isinstance(cell.value, ArrayFormula)
        and (cell.parent.title, cell.row, cell.column) in merged
    ]


def empty_charts(formulas, values):
    """Charts of which a series has no figure but zero."""
    empty = []
    for sheet in formulas:
        for chart in sheet._charts:  # noqa: SLF001 - openpyxl has no other way
            for series in chart.series:
                title, area = series.val.numRef.f.rsplit("!", 1)
                block = values[title.strip("'")][area.replace("$", "")]
                figures = [cell.value for row in block for cell in row]
                if not any(figure for figure in figures if isinstance(figure, int | float)):
                    empty.append((sheet.title, series.val.numRef.f))
    return empty


class Live:
    """A new workbook whose inputs and policies are changed, and which is then computed."""

    def __init__(self, name, path, lang):
        self.lang = lang
        self.book = Workbook.open(new_workbook(name, path, lang=lang))

    def place(self, name):
        text = next(one.text for one in self.book.names if one.name == name)
        sheet, area = text.rsplit("!", 1)
        return self.book.sheet(sheet.strip("'")), Area.parse(area.replace("$", ""))

    def set(self, name, value, *, row=0, column=0):
        sheet, area = self.place(name)
        sheet.set_values(area.first_row + row, area.first_column + column, [[value]])

    def __getitem__(self, name):
        sheet, area = self.place(name)
        return sheet.value(area.first_row, area.first_column)

    def column(self, name):
        sheet, area = self.place(name)
        block = sheet.values(area.first_row, area.first_column, area.last_row, area.last_column)
        return [row[0] for row in block]

    def calculate(self):
        report = calculate(self.book)
        assert report.uncomputed == []

    def errors(self):
        found = []
        for sheet in self.book.sheets:
            block = sheet.values(1, 1, 200, 80)
            found += [
                (sheet.name, i + 1, j + 1, value.code)
                for i, row in enumerate(block)
                for j, value in enumerate(row)
                if isinstance(value, CellError)
            ]
        return found


def emptied(name, path, lang, policy_sheets):
    """A live copy of which every input off the policy sheets is cleared."""
    book = shipped(name, lang, values=False)
    live = Live(name, path, lang)
    for sheet in book:
        if sheet.title in policy_sheets:
            continue
        target = live.book.sheet(sheet.title)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.style == "CR input" and cell.value is not None:
                    target.set_values(cell.row, cell.column, [[None]])
    live.calculate()
    return live
