"""What holds for every template in every language: built by code, whole, and set up as pages."""

import re
import time
import zipfile

import pytest
from openpyxl.utils import range_boundaries

import workbook_templates
from addin.templates import build_all, build_computed
from tests.templates.every import EVERY, cells, errors, named, shipped, shipped_path, written
from udfs import FUNCTIONS
from workbook_templates import LANGUAGES, TEMPLATES
from workbook_templates.archive import save, to_bytes
from workbook_templates.emptying import inputs, is_policy, to_fill_in
from workbook_templates.style import TEAL

LONG_NUMBER = re.compile(rb"<v>(-?\d+\.\d{9,}(?:[eE][-+]?\d+)?)</v>")
TO_THE_LAST_DIGIT = ("customer_rating", "key_account")
"""Templates that must come out as they are shipped to the byte, not to 12 digits only."""


def parts(path):
    """The parts of a package; long numbers to 12 digits, for machines whose last digits differ."""
    with zipfile.ZipFile(path) as package:
        return {
            name: LONG_NUMBER.sub(
                lambda found: b"<v>%.12g</v>" % float(found[1]), package.read(name)
            )
            for name in package.namelist()
        }


def content(name, path):
    return path.read_bytes() if name in TO_THE_LAST_DIGIT else parts(path)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A template as the code builds it, made once: its bytes before it is computed, and its file."""
    made = {}

    def make(name, lang):
        if (name, lang) not in made:
            drafts = []

            def save_and_keep(book, path):
                save(book, path)
                drafts.append(path.read_bytes())

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("addin.templates.save", save_and_keep)
                path = tmp_path_factory.mktemp("fresh") / "fresh.xlsx"
                build_computed(TEMPLATES[name], lang, path)
            (draft,) = drafts
            made[name, lang] = draft, path
        return made[name, lang]

    return make


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_the_shipped_workbook_is_what_the_code_builds(fresh, name, lang):
    _, computed = fresh(name, lang)
    assert content(name, computed) == content(name, shipped_path(name, lang)), (
        "The template and its code differ: run `python -m addin.templates`."
    )


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_building_twice_gives_the_same_bytes(fresh, name, lang):
    first, _ = fresh(name, lang)
    assert to_bytes(workbook_templates.build(name, lang)) == first


@pytest.mark.long
def test_the_whole_suite_builds_within_a_minute(tmp_path):
    start = time.perf_counter()
    build_all(tmp_path)
    assert time.perf_counter() - start <= 60


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_no_cell_shows_an_error(name, lang):
    assert errors(shipped(name, lang, values=True)) == []


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_the_check_comes_to_zero(name, lang):
    assert named(shipped(name, lang, values=True), "check_total") == 0


def numbers(name, lang):
    """The numbers of a workbook by the place of their sheet, and its formulas' places."""
    book = shipped(name, lang, values=True)
    order = {title: place for place, title in enumerate(book.sheetnames)}
    return {
        (order[title], cell.coordinate): cell.value
        for title, cell in cells(book)
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    }


@pytest.mark.parametrize("name", TEMPLATES)
def test_both_languages_show_the_same_figures(name):
    assert numbers(name, "en") == numbers(name, "zh")


def formula_places(name, lang):
    book = shipped(name, lang, values=False)
    order = {title: place for place, title in enumerate(book.sheetnames)}
    return [(order[title], cell.coordinate) for title, cell in cells(book) if cell.data_type == "f"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_both_languages_compute_in_the_same_cells(name):
    assert formula_places(name, "en") == formula_places(name, "zh")


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_there_is_something_to_fill_in_and_something_to_read(name, lang):
    book = shipped(name, lang, values=False)
    assert any(True for sheet in book for _ in inputs(sheet))
    assert any(cell.data_type == "f" for _, cell in cells(book))
    assert len(to_fill_in(book)) < len(book.sheetnames)


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_numbers_keep_off_the_border_without_an_indent_that_libreoffice_forgets(name, lang):
    indented = {
        cell.number_format
        for _, cell in cells(shipped(name, lang, values=False))
        if cell.alignment.horizontal == "right" and cell.alignment.indent
    }
    assert indented <= {"General"}


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_links_lead_to_cells_of_the_workbook(name, lang):
    book = shipped(name, lang, values=False)
    links = [cell.hyperlink for _, cell in cells(book) if cell.hyperlink]
    assert links
    for link in links:
        sheet, _, place = link.location.rpartition("!")
        assert sheet.strip("'").replace("''", "'") in book.sheetnames, link.location
        range_boundaries(place)


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_the_guide_leads_to_every_other_sheet(name, lang):
    book = shipped(name, lang, values=False)
    linked = {
        cell.hyperlink.location.rpartition("!")[0].strip("'").replace("''", "'")
        for row in book.worksheets[0].iter_rows()
        for cell in row
        if cell.hyperlink
    }
    assert linked >= set(book.sheetnames[1:])


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_the_properties_say_what_the_file_is(name, lang):
    properties = shipped(name, lang, values=False).properties
    assert properties.title
    assert properties.subject
    assert properties.creator == "creditcells"
    assert properties.language == {"en": "en-GB", "zh": "zh-CN"}[lang]


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_every_page_prints_on_a4_with_its_name_and_number(name, lang):
    for sheet in shipped(name, lang, values=False):
        assert str(sheet.page_setup.paperSize) == "9", sheet.title
        assert sheet.oddFooter.center.text == "&A", sheet.title
        assert "&P" in sheet.oddFooter.right.text, sheet.title
        assert sheet.sheet_properties.pageSetUpPr or sheet.page_setup.scale, sheet.title
        assert sheet.sheet_properties.tabColor, sheet.title
        assert not sheet.sheet_view.showGridLines, sheet.title


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_steps_beside_the_page_are_not_printed(name, lang):
    """A band under the title says how wide the page is; what stands right of it would shrink it."""
    for sheet in shipped(name, lang, values=True):
        band = [cell.column for cell in sheet[3] if str(cell.fill.fgColor.rgb).endswith(TEAL)]
        beside = [
            cell.coordinate
            for row in sheet.iter_rows(min_col=max(band, default=sheet.max_column) + 1)
            for cell in row
            if cell.value is not None
        ]
        assert sheet.print_area or not beside, (sheet.title, beside[:3])


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_there_is_a_policy_sheet_with_tables(name, lang):
    assert any(is_policy(sheet) for sheet in shipped(name, lang, values=False))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["early_warning", "migration_monitoring", "loan_classification"])
def test_every_policy_table_that_a_result_rests_on_stands_in_the_workbook(name, lang):
    """A table left to its built-in default would be a threshold that nobody can see or change."""
    for sheet, cell, text in written(shipped(name, lang, values=False)):
        for function in re.findall(r"CR_\w+(?=\()", text):
            kinds = [one.kind for one in FUNCTIONS[function].arguments]
            needed = sum(bool(getattr(kind, "builtin", "")) for kind in kinds)
            assert text.count("[#All]") >= needed, (sheet, cell, text)


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_names_point_at_cells_of_the_workbook(name, lang):
    book = shipped(name, lang, values=False)
    for defined in book.defined_names.values():
        if defined.attr_text not in ("TRUE", "FALSE"):
            ((sheet, _),) = defined.destinations
            assert sheet in book.sheetnames


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_nothing_stands_below_a_table_that_may_grow(name, lang):
    for sheet in shipped(name, lang, values=False):
        for made in sheet.tables.values():
            left, _, right, bottom = range_boundaries(made.ref)
            below = sheet.iter_rows(min_row=bottom + 1, min_col=left, max_col=right)
            assert [
                cell.coordinate for row in below for cell in row if cell.value is not None
            ] == []


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_no_chart_is_empty(name, lang):
    values = shipped(name, lang, values=True)
    for sheet in shipped(name, lang, values=False):
        for chart in sheet._charts:  # noqa: SLF001 - openpyxl has no other way
            # One bar of a waterfall, or a covenant that never binds, may be all of its series.
            shown = [_series_numbers(values, series) for series in chart.series]
            assert max(map(len, shown), default=0) >= 2, sheet.title


def _series_numbers(values, series):
    source = series.val or series.yVal
    sheet, _, area = source.numRef.f.rpartition("!")
    found = values[sheet.strip("'").replace("''", "'")][area.replace("$", "")]
    return [cell.value for row in found for cell in row if isinstance(cell.value, int | float)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_titles_differ(lang):
    assert len({one.title[lang] for one in TEMPLATES.values()}) == len(TEMPLATES)
