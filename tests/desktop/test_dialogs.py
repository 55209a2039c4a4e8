"""The dialogs of Excel: what reaches the person, and what comes back."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.desktop.dialogs import LINE_WIDTH, PAGE_LINES, ExcelDialogs, pages


class FakeExcel:
    """Excel's application: answers as agreed on, and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        self.api = SimpleNamespace(
            GetOpenFilename=self._answer, GetSaveAsFilename=self._answer, InputBox=self._answer
        )

    def _answer(self, *asked, **named):
        self.asked.append((asked, named))
        return self.answers.pop(0)

    def alert(self, text, title, **named):
        assert title == "creditcells"
        return self._answer(text, **named)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", ["data", "mapping"])
def test_file_that_was_chosen_comes_back(lang, kind):
    excel = FakeExcel("/bank/客户.csv", False)
    dialogs = ExcelDialogs(excel, lang)
    assert dialogs.source_file("Which?", kind) == Path("/bank/客户.csv")
    assert dialogs.source_file("Which?", kind) is None
    (filters, first, title), _ = excel.asked[0]
    assert (first, title) == (1, "Which?")
    assert len(filters.split(", ")) % 2 == 0  # pairs of a name and its patterns


def test_new_file_is_proposed_by_its_name():
    excel = FakeExcel("/bank/new.xlsx", False)
    dialogs = ExcelDialogs(excel, "en")
    assert dialogs.new_file("Where?", "portfolio.en.xlsx") == Path("/bank/new.xlsx")
    assert dialogs.new_file("Where?", "portfolio.en.xlsx") is None
    assert excel.asked[0][0][0] == "portfolio.en.xlsx"


@pytest.mark.parametrize(("answer", "text"), [(" x ", "x"), ("  ", None), (False, None)])
def test_line_of_text_is_stripped_and_blank_ones_are_none(answer, text):
    assert ExcelDialogs(FakeExcel(answer), "en").ask("What?") == text


@pytest.mark.parametrize(("answer", "yes"), [("yes", True), ("no", False)])
def test_yes_and_no(answer, yes):
    assert ExcelDialogs(FakeExcel(answer), "en").confirm("Sure?") is yes


def test_short_message_is_one_box():
    excel = FakeExcel("ok")
    ExcelDialogs(excel, "en").tell("Done.")
    assert [asked for asked, _ in excel.asked] == [("Done.",)]


@pytest.mark.parametrize(("lang", "word"), [("en", "next page"), ("zh", "下一页")])
def test_long_message_is_paged_to_its_end(lang, word):
    excel = FakeExcel("ok", "ok", "ok")
    ExcelDialogs(excel, lang).tell("\n".join(f"line {i}" for i in range(3 * PAGE_LINES)))
    texts = [asked[0] for asked, _ in excel.asked]
    assert [word in text for text in texts] == [True, True, False]
    assert f"line {3 * PAGE_LINES - 1}" in texts[-1]


def test_long_message_may_be_closed_early():
    excel = FakeExcel("cancel")
    ExcelDialogs(excel, "en").tell("line\n" * 100)
    assert len(excel.asked) == 1


@given(st.lists(st.text("ab 字\n", max_size=400), max_size=60).map("\n".join))
def test_pages_leave_nothing_out_and_fit(message):
    shown = list(pages(message))
    assert "".join(shown).replace("\n", "") == message.replace("\n", "")
    for page in shown:
        width = [sum(2 if c == "字" else 1 for c in line) for line in page.split("\n")]
        assert sum(max(-(-w // LINE_WIDTH), 1) for w in width) <= PAGE_LINES


@pytest.mark.parametrize("letter", ["a", "字"])
def test_line_of_many_pages_is_broken_between_letters(letter):
    shown = list(pages(letter * 10_000))
    assert "".join(shown) == letter * 10_000
    assert len(shown) > 4
