"""CSV and its relatives: every row is either read or kept apart with its line number."""

import csv
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.errors import SourceError
from addin.portfolio.delimited import read_delimited
from addin.portfolio.model import Source
from addin.portfolio.records import count_fields


def read(tmp_path, content, **options):
    file = tmp_path / "rows.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    known = options.pop("known", frozenset())
    return read_delimited(Source(location=str(file), **options), file, known)


def read_or_refuse(tmp_path, content):
    try:
        return read(tmp_path, content), ""
    except SourceError as refusal:
        return None, str(refusal)


def rows_of(raw):
    return [tuple(row) for row in raw.frame.itertuples(index=False)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_finds_delimiter_and_line_end(tmp_path, delimiter, newline):
    lines = ["id,name,amount", "1,A,2.5", "2,B,3.5", ""]
    raw = read(tmp_path, newline.join(lines).replace(",", delimiter))
    assert rows_of(raw) == [("1", "A", "2.5"), ("2", "B", "3.5")]
    assert raw.rows.tolist() == [2, 3]


def test_a_decimal_comma_is_not_taken_for_the_delimiter(tmp_path):
    raw = read(tmp_path, "id;rate;amount\n1;0,5;1,25\n2;0,7;2,25\n")
    assert rows_of(raw)[0] == ("1", "0,5", "1,25")


def test_known_names_decide_between_two_delimiters(tmp_path):
    text = "a|b,c|d\n1|2,3|4\n"
    raw = read(tmp_path, text, known=frozenset({"a", "d"}))
    assert list(raw.frame.columns) == ["a", "b,c", "d"]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("9,X,1,2", "too many fields"),
        ("9,X", "too few fields"),
        ('9,"X,1', "quote not closed"),
    ],
)
def test_a_row_that_does_not_fit_is_kept_apart_with_its_line(tmp_path, line, rule):
    raw = read(tmp_path, f"id,name,amount\n1,A,2\n{line}\n3,C,4\n")
    assert rows_of(raw) == [("1", "A", "2"), ("3", "C", "4")]
    assert raw.rows.tolist() == [2, 4]
    (broken,) = raw.broken
    assert (broken.row, broken.text, broken.rule) == (3, line, rule)


def test_a_last_row_cut_off_is_named_as_such(tmp_path):
    raw = read(tmp_path, "id,name,amount\n1,A,2\n2,B")
    assert [(row.row, row.rule) for row in raw.broken] == [(3, "row cut off")]


def test_a_last_row_without_line_end_is_whole(tmp_path):
    raw = read(tmp_path, "id,name\n1,A\n2,B")
    assert rows_of(raw) == [("1", "A"), ("2", "B")]
    assert raw.broken == ()


def test_a_row_shifted_by_an_unquoted_delimiter_falls_into_a_column_without_name(tmp_path):
    raw = read(tmp_path, 'id;name;city;\n1;A;X;\n2;B; INC.";Y\n')
    assert rows_of(raw) == [("1", "A", "X")]
    assert [(row.row, row.rule) for row in raw.broken] == [(3, "too many fields")]


@pytest.mark.parametrize("text", ["id,name\n1,A,\n2,B,\n", "id,name,\n1,A\n2,B\n"])
def test_a_delimiter_at_the_end_of_rows_or_header_is_no_column(tmp_path, text):
    raw = read(tmp_path, text)
    assert list(raw.frame.columns) == ["id", "name"]
    assert rows_of(raw) == [("1", "A"), ("2", "B")]


def test_quotes_inside_a_field_are_characters_like_others(tmp_path):
    raw = read(tmp_path, 'id,name\n1,5" pipe\n2,"said ""yes"", then"\n')
    assert rows_of(raw) == [("1", '5" pipe'), ("2", 'said "yes", then')]


def test_a_field_over_several_lines_is_one_row(tmp_path):
    raw = read(tmp_path, 'id,name,x\n1,"two\nlines, here",3\n2,B,4\n')
    assert rows_of(raw) == [("1", "two\nlines, here", "3"), ("2", "B", "4")]
    assert raw.rows.tolist() == [2, 4]


def test_one_quote_that_is_never_closed_takes_no_other_row_along(tmp_path):
    lines = [f"{i},name {i}" for i in range(500)]
    lines[100] = '100,"name 100'
    raw = read(tmp_path, "id,name\n" + "\n".join(lines) + "\n")
    assert len(raw.frame) == 499
    assert [(row.row, row.rule) for row in raw.broken] == [(102, "quote not closed")]


def test_blank_rows_are_not_rows(tmp_path):
    raw = read(tmp_path, "id,name\n\n1,A\n,\n   \n2,B\n\n\n")
    assert rows_of(raw) == [("1", "A"), ("2", "B")]
    assert (raw.read, raw.rows.tolist()) == (2, [3, 6])


def test_the_header_is_found_below_title_lines_by_the_names_it_holds(tmp_path):
    text = "Loan report,,\nas of 2026,,\nid,name,amount\n1,A,2\n"
    raw = read(tmp_path, text, known=frozenset({"id", "amount"}))
    assert list(raw.frame.columns) == ["id", "name", "amount"]
    assert raw.rows.tolist() == [4]


def test_the_header_row_can_be_stated(tmp_path):
    raw = read(tmp_path, "x,y\nid,name\n1,A\n", header_row=2)
    assert list(raw.frame.columns) == ["id", "name"]


def test_a_stated_header_row_beyond_the_file_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no header in row 9"):
        read(tmp_path, "id,name\n1,A\n", header_row=9)


def test_excels_separator_hint_is_obeyed(tmp_path):
    raw = read(tmp_path, "sep=;\nid;name, full\n1;A, B\n")
    assert list(raw.frame.columns) == ["id", "name, full"]
    assert raw.rows.tolist() == [3]


def test_headers_that_stand_twice_are_told_apart_and_remembered(tmp_path):
    raw = read(tmp_path, "id,name,name\n1,A,B\n")
    assert list(raw.frame.columns) == ["id", "name", "name (3)"]
    assert raw.twice == {"name"}


def test_nothing_is_guessed_from_text(tmp_path):
    raw = read(tmp_path, "id,x,y\n007,NA,1e3\n008,nan,TRUE\n")
    assert rows_of(raw) == [("007", "NA", "1e3"), ("008", "nan", "TRUE")]


@pytest.mark.parametrize("content", ["", "\n\n", "  \n", "\ufeff"])
def test_an_empty_file_is_refused(tmp_path, content):
    with pytest.raises(SourceError, match=r"rows\.csv: is empty"):
        read(tmp_path, content)


def test_a_missing_file_is_named(tmp_path):
    file = tmp_path / "none.csv"
    with pytest.raises(SourceError, match=r"none\.csv: there is no such file"):
        read_delimited(Source(location=str(file)), file, frozenset())


def test_a_wrong_delimiter_is_refused_and_not_read_as_faulty_rows(tmp_path):
    with pytest.raises(SourceError, match="no row has the 1 fields of the header in line 1"):
        read(tmp_path, "id\n1|2\n3|4\n", delimiter="|")


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\ufffd\ufeff"), max_size=8)


@settings(deadline=None, max_examples=60)
@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=12),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_a_csv_writer_wrote_is_read_back(tmp_path_factory, rows, delimiter, quoting):
    rows = [("x" + a, b, "x" + c) for a, b, c in rows]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(
        [("id", "name", "amount"), *rows]
    )
    raw = read(tmp_path_factory.mktemp("csv"), text.getvalue(), delimiter=delimiter)
    assert rows_of(raw) == rows
    assert raw.broken == ()


LINE = st.lists(st.sampled_from(["a", ",", '"', "b", " "]), max_size=9).map("".join)


@settings(deadline=None, max_examples=200)
@given(lines=st.lists(LINE, min_size=1, max_size=15))
def test_every_line_that_is_not_blank_is_read_or_kept_apart(tmp_path_factory, lines):
    text = "id,name\n1,A\n" + "\n".join(lines) + "\n2,B\n"
    raw, refusal = read_or_refuse(tmp_path_factory.mktemp("csv"), text)
    if raw is None:  # an unclosed quote can leave no row whole: the file is refused
        assert "no row has the 2 fields" in refusal
        return
    seen = [*raw.rows.tolist(), *(row.row for row in raw.broken)]
    assert len(seen) == len(set(seen))
    within = {
        line
        for row, cells in zip(raw.rows.tolist(), rows_of(raw), strict=True)
        for line in range(row, row + 1 + "".join(cells).count("\n"))
    }
    filled = {number for number, line in enumerate(lines, 3) if line.strip(' ,"')}
    swallowed = {number for number in filled if number not in within | set(seen)}
    assert not swallowed


@settings(deadline=None, max_examples=300)
@given(st.text('ab,"', max_size=12))
def test_fields_are_counted_as_pythons_own_reader_does(text):
    count, closed = count_fields(text, ",")
    parsed = next(csv.reader([text]), [""])
    if closed:
        assert count == max(len(parsed), 1)


@pytest.mark.parametrize("seed", range(5))
def test_file_of_random_bytes_is_refused_as_no_text(tmp_path, seed):
    content = random.Random(seed).randbytes(3000)  # noqa: S311 - noise, not a secret
    with pytest.raises(SourceError, match="is not a text file"):
        read(tmp_path, content)


def test_carriage_return_inside_a_line_breaks_nothing(tmp_path):
    raw = read(tmp_path, b"id,name\n1,one\rand a half\n2,two\n")
    assert list(raw.frame.columns) == ["id", "name"]
    assert len(raw.frame) == 2
