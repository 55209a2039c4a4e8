import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udfs.errors import CallError, CellError
from udfs.segments.industry_codes import IndustryCode, best_scope, read_industry, scopes
from udfs.tables import builtin

DIVISIONS = builtin("industry_divisions").rows
SECTIONS = builtin("industry_sections").rows


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("C", "C"),
        ("c13", "C13"),
        ("C 13", "C13"),
        ("C-13", "C13"),
        ("13", "C13"),
        ("1311", "C1311"),
        ("K7010", "K7010"),
        ("701", "K701"),
        ("Ｃ１３", "C13"),
        (" 65 ", "I65"),
        ("1", "A01"),
        ("9", "B09"),
        ("A1", "A01"),
        ("B6", "B06"),
        ("A111", "A0111"),
        ("B611", "B0611"),
        ("H611", "H611"),
        ("0111", "A0111"),
        ("1300", "C13"),
        ("C130", "C13"),
        ("A170", "A0170"),
        ("C170", "C17"),
        ("0170", "A0170"),
        ("K", "K70"),
        ("P", "P83"),
        ("T", "T97"),
    ],
)
def test_code_is_read_as_people_write_it(written, code):
    assert str(read_industry(written)) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("制造业", "C"),
        ("批发和零售业", "F"),
        ("批发零售", "F"),
        ("农林牧渔业", "A"),
        ("房地产业", "K70"),
        ("软件和信息技术服务业", "I65"),
        ("Manufacturing", "C"),
        ("wholesale and retail trade", "F"),
        ("C制造业", "C"),
        ("C13农副食品加工业", "C13"),
        ("C13 - 农副食品加工业", "C13"),
        ("13|制造业", "C13"),
        ("C1311 稻谷加工", "C1311"),
        ("I65 Software and information technology services", "I65"),
    ],
)
def test_name_of_the_standard_is_read(written, code):
    assert str(read_industry(written)) == code


@pytest.mark.parametrize(
    "written",
    [
        "98",
        "00",
        "0000",
        "U",
        "K13",
        "A99",
        "13111",
        "13.5",
        "-5",
        "170",
        "700",
        "TRUE",
        "Construct",
        "C 房地产业",
        "C13 房地产业",
        "13 something else",
        "n/a",
    ],
)
def test_what_is_no_code_is_refused_in_both_languages(written):
    refused = read_industry(written, "industry")
    assert isinstance(refused, CellError)
    assert refused.code == "#VALUE!"
    assert written in refused.reason
    assert written in refused.reason_zh
    assert refused.reason.startswith("industry")


def test_three_digits_that_end_in_zero_are_refused_with_both_readings():
    refused = read_industry("170")
    assert "0170" in refused.reason
    assert "division 17" in refused.reason


def test_every_name_of_the_standard_leads_back_to_its_code():
    for column in ("label_en", "label_zh"):
        for division, section, name in zip(
            DIVISIONS["division"], DIVISIONS["section"], DIVISIONS[column], strict=True
        ):
            assert read_industry(name) == IndustryCode(section, division)
        for section, name in zip(SECTIONS["section"], SECTIONS[column], strict=True):
            assert read_industry(name).section == section


@given(st.sampled_from([*zip(DIVISIONS["section"], DIVISIONS["division"], strict=True)]))
@settings(deadline=None, max_examples=97)
def test_a_division_is_the_same_with_and_without_its_section(pair):
    section, division = pair
    assert read_industry(section + division) == read_industry(division)
    assert read_industry(str(read_industry(division))) == read_industry(division)


def test_the_standard_has_twenty_sections_of_ninety_seven_divisions_without_gaps():
    assert DIVISIONS["division"].tolist() == [f"{n:02d}" for n in range(1, 98)]
    assert SECTIONS["section"].tolist() == list("ABCDEFGHIJKLMNOPQRST")
    for row in SECTIONS.itertuples():
        own = DIVISIONS.loc[DIVISIONS["section"] == row.section, "division"].tolist()
        first, last = int(row.first_division), int(row.last_division)
        assert own == [f"{n:02d}" for n in range(first, last + 1)]


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ("A", ("A",)),
        ("B;C", ("B", "C")),
        ("54-56；591", ("54", "55", "56", "591")),
        ("592-594", ("592", "593", "594")),
        ("C13", ("13",)),
        ("", ()),
    ],
)
def test_list_of_codes_is_spelled_out(listed, found):
    assert scopes(listed, "policy") == found


@pytest.mark.parametrize("listed", ["U", "98", "A-C", "54-5", "56-54", "K13", "x", "5"])
def test_list_with_something_else_is_a_bad_call(listed):
    with pytest.raises(CallError, match="policy"):
        scopes(listed, "policy")


@pytest.mark.parametrize(
    ("code", "place"),
    [("C", 0), ("14", 0), ("13", 1), ("1311", 2), ("53", None)],
)
def test_narrowest_list_wins(code, place):
    lists = [("C",), ("13",), ("131",)]
    assert best_scope(read_industry(code), lists) == place
