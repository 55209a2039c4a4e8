"""Sources that no engine can use: the run stops with the name of the file, and nothing is lost."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from addin.bank.inputs import open_inputs
from addin.bank.score import score
from addin.errors import MappingError, SourceError
from addin.portfolio import SourceSet
from tests.bank.test_runs_are_safe import contents


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=pytest.mark.long)])
def scored(request, demo):
    """Scores the customers of a folder by one engine."""
    how = {}
    if request.param == "spark":
        how = {"engine": "spark", "master": request.getfixturevalue("cluster").url}

    def scored(folder, out):
        return score(demo().book, SourceSet.of(customers=str(folder)), out, **how)

    return scored


@pytest.fixture
def folder(tmp_path):
    """The customers as five Parquet files, beside an output that is there already."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.json").write_text("{}")
    rows = pa.table(
        {
            "customer_id": [f"C{i}" for i in range(100)],
            "name": [f"Company {i}" for i in range(100)],
            "revenue": [float(i) for i in range(100)],
        }
    )
    target = tmp_path / "customers"
    target.mkdir()
    for part in range(5):
        pq.write_table(rows.slice(20 * part, 20), target / f"part{part}.parquet")
    return target


def fails(scored, folder, out, error, message):
    before = contents(out)
    with pytest.raises(error, match=message) as raised:
        scored(folder, out)
    assert contents(out) == before
    return raised.value


def test_a_folder_of_files_is_one_source(scored, folder, tmp_path):
    outcome = scored(folder, tmp_path / "new")
    assert outcome.summary.customers == 100
    manifest = json.loads((tmp_path / "new" / "manifest.json").read_text())
    assert [part["read"] for part in manifest["inputs"]] == [20] * 5
    assert all(part["sha256"] for part in manifest["inputs"])


def test_an_unreadable_file_among_many_stops_the_run_with_its_name(scored, folder, tmp_path):
    (folder / "part3.parquet").write_bytes(b"PAR1 this is none")
    error = fails(scored, folder, tmp_path / "out", SourceError, "cannot be read as Parquet")
    assert "part3.parquet" in error.where


def test_a_file_damaged_in_its_middle_stops_the_run_with_its_name(scored, folder, tmp_path):
    file = folder / "part2.parquet"
    raw = bytearray(file.read_bytes())
    raw[4:200] = bytes(196)
    file.write_bytes(raw)
    error = fails(scored, folder, tmp_path / "out", SourceError, "cannot be read after row")
    assert "part2.parquet" in error.where


def test_a_column_that_some_files_lack_stops_the_run(scored, folder, tmp_path):
    odd = pq.read_table(folder / "part4.parquet").rename_columns(["customer_id", "name", "Revenu"])
    pq.write_table(odd, folder / "part4.parquet")
    message = "differs in its columns from part0.parquet: it lacks revenue and has Revenu"
    fails(scored, folder, tmp_path / "out", SourceError, message)


def test_a_column_of_another_kind_in_some_files_stops_the_run(scored, folder, tmp_path):
    odd = pq.read_table(folder / "part1.parquet")
    odd = odd.set_column(2, "revenue", pa.array(["much"] * len(odd)))
    pq.write_table(odd, folder / "part1.parquet")
    fails(scored, folder, tmp_path / "out", SourceError, "revenue is text here")


def test_a_column_of_which_nothing_can_be_read_stops_the_run(scored, folder, tmp_path):
    for file in folder.iterdir():
        rows = pq.read_table(file)
        pq.write_table(rows.set_column(2, "revenue", pa.array(["much"] * len(rows))), file)
    fails(scored, folder, tmp_path / "out", MappingError, "no cell of column 'revenue'")


def test_rows_that_cannot_be_used_are_counted_and_kept_with_reasons(scored, folder, tmp_path):
    rows = pa.table(
        {"customer_id": ["C1", None, "C500"], "name": ["Twice", "Nameless", "Good"],
         "revenue": [1.0, 2.0, -5.0]}
    )  # fmt: skip
    pq.write_table(rows, folder / "part9.parquet")
    outcome = scored(folder, tmp_path / "new")
    assert outcome.summary.rows_of("customers") == (103, 2)
    listed = pq.read_table(tmp_path / "new" / "rejects.parquet").to_pylist()
    assert [(row["row"], row["rule"], row["left_out"]) for row in listed] == [
        (1, "Duplicate ID", 1),
        (2, "Missing", 1),
        (3, "Negative", 0),
    ]
    assert json.loads(listed[1]["content"]) == {"name": "Nameless", "revenue": 2.0}


def test_a_missing_source_is_named(tmp_path):
    with pytest.raises(SourceError, match="there is no such file"):
        open_inputs(SourceSet.of(customers=str(tmp_path / "none.parquet")))


def test_there_must_be_customers(sources):
    with pytest.raises(MappingError, match="there are no customers"):
        open_inputs(SourceSet.of(loans=str(sources() / "loans.csv")))
