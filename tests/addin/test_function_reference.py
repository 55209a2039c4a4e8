import re
from pathlib import Path

import pytest

import udfs
from addin.function_reference import FILES, main, reference
from udfs import tables

DOCS = Path(__file__).parents[2] / "docs"
HEADING = re.compile(r"^### (\w+)$", re.MULTILINE)
LINK = re.compile(r"\]\(#(\w+)\)")


@pytest.mark.parametrize("lang", FILES)
def test_page_in_the_repository_is_current(lang):
    page = (DOCS / FILES[lang]).read_text("utf-8")
    assert page == reference(lang), "run `python -m addin.function_reference`"


@pytest.mark.parametrize("lang", FILES)
def test_every_function_and_table_stands_once(lang):
    assert sorted(HEADING.findall(reference(lang))) == sorted([*udfs.FUNCTIONS, *tables.names()])


@pytest.mark.parametrize("lang", FILES)
def test_contents_lead_to_every_function(lang):
    assert sorted(LINK.findall(reference(lang))) == sorted(name.lower() for name in udfs.FUNCTIONS)


@pytest.mark.parametrize("lang", FILES)
def test_every_help_text_is_on_the_page(lang):
    page = re.sub(r"\\([\\*<~])", r"\1", reference(lang))
    for function in udfs.FUNCTIONS.values():
        text = function.help[lang]
        assert function.signature() in page
        for part in (text.summary, text.result, text.errors, text.source):
            assert part in page, (function.name, part)
        for argument in function.arguments:
            assert argument.help[lang] in page, (function.name, argument.name)


def test_markdown_marks_in_a_help_text_stay_text(tmp_path):
    assert main([str(tmp_path)]) == 0
    pages = "".join((tmp_path / name).read_text("utf-8") for name in FILES.values())
    prose = re.sub(r"```text.*?```|`[^`]*`", "", pages, flags=re.DOTALL)
    assert not re.search(r"(?<![\\*])\*(?!\*)", prose)
