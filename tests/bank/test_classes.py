"""The five-tier classes in the outcome of a bank's run are those of the workbook's page."""

import openpyxl
import pytest

from addin.bank.score import score
from addin.headless.workbook import Workbook
from workbook_templates.portfolio.layout import SHEETS


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_outcome_adds_up_the_classes_as_the_workbook_does(demo, lang, tmp_path):
    bank = demo(lang)
    outcome = score(bank.book, bank.sources, tmp_path / "out")
    page = Workbook.open(bank.book).sheet(SHEETS["classification"][lang])
    shown = {
        row[0]: [row[1], row[3], row[8], row[9]] for row in page.values(9, 2, 13, 11) if row[1]
    }
    found = {name: figures for name, *figures in outcome.summary.classes if name}
    assert len(found) >= 4
    assert found == {name: pytest.approx(figures) for name, figures in shown.items()}
    book = openpyxl.load_workbook(tmp_path / "out" / "outcome.xlsx")
    texts = [cell.value for cell in book.worksheets[0]["B"]]
    assert {"en": "Suggested class", "zh": "建议分类"}[lang] in texts
    assert set(found) <= set(texts)
