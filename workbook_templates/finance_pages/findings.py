"""The findings at the foot of a committee's page: in sentences, and what the officer recommends."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, merge, put
from workbook_templates.language import Speaker
from workbook_templates.pages.panels import LAST, PANELS
from workbook_templates.style import LABEL, PROSE, SECTION


def add_findings(
    sheet: Worksheet,
    top: int,
    findings: Sequence[tuple[str, str, float]],
    opinion_height: float,
    say: Speaker,
) -> None:
    """Write them, and let the page end below.

    Args:
        sheet: the committee's page.
        top: row of the title.
        findings: what each is about, the formula of its sentence and the height of its row.
        opinion_height: height of the rows with the officer's own words.
        say: speaks the workbook's language.
    """
    put(sheet, top, PANELS[0], say("Findings and recommendation", "结论与建议"), SECTION)
    opinion = (
        (say("Recommendation", "审查意见"), "recommendation"),
        (say("Conditions", "授信条件"), "conditions"),
        (say("Prepared by", "经办人"), "officer"),
    )
    lines = [
        *findings,
        *((text, f'=IF({name}="","",{name})', opinion_height) for text, name in opinion),
    ]
    for row, (text, formula, height) in enumerate(lines, start=top + 1):
        put(sheet, row, 2, text, LABEL)
        for column in range(3, LAST + 1):
            put(sheet, row, column, None, PROSE)
        sheet.cell(row, 3).value = formula
        merge(sheet, Box(sheet, row, 3, row, LAST))
        sheet.row_dimensions[row].height = height
    sheet.print_area = f"B1:{get_column_letter(LAST)}{top + len(lines)}"
