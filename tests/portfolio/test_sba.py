"""The main job on real loans: both files of the US Small Business Administration, both languages."""

from itertools import pairwise, product

import pandas as pd
import pytest

from addin.headless.engine import open_book
from addin.portfolio.results import read_results
from addin.portfolio.sheet_tables import find_tables
from tests.sba_loans import DATA, MAPPINGS, POLICY, SHIFTED, WHOLE, needs_the_files

CASES = list(product(MAPPINGS, ("en", "zh")))
FEWEST = 30
"""Customers in a grade from which its charge-off rate says something."""

pytestmark = [pytest.mark.long, needs_the_files]


class Trial:
    def __init__(self, refreshed):
        self.file, self.summary = refreshed.file, refreshed.summary
        book = open_book(refreshed.book)
        self.results = read_results(book)
        tables = find_tables(book, ["tblLoans", "tblChecks"])
        self.loans, self.checks = (
            pd.DataFrame(tables[name].body(), columns=tables[name].headers)
            for name in ("tblLoans", "tblChecks")
        )


@pytest.fixture(scope="module")
def trials(sba):
    return {case: Trial(sba(*case)) for case in CASES}


@pytest.fixture(params=CASES, ids="-".join)
def trial(request, trials):
    return trials[request.param]


def test_every_input_row_is_in_the_results_or_on_the_data_check(trial):
    lines = trial.file.read_text(encoding="utf-8").splitlines()
    rows = dict(enumerate(lines[1:], 2))
    in_results = set(trial.results["customer_id"])
    table, row = trial.checks.columns[0], trial.checks.columns[3]
    listed = set(trial.checks.loc[trial.checks[table].isin(["Customers", "客户"]), row])
    missing = [
        number
        for number, text in rows.items()
        if text.split(";" if ";" in lines[0] else ",")[0] not in in_results and number not in listed
    ]
    assert missing == []
    for count in trial.summary.tables:
        assert count.read == count.kept + count.left_out == len(rows)


def test_everything_adds_up_and_every_formula_was_computed(trial):
    assert trial.summary.unreconciled == 0
    assert trial.summary.uncomputed == ()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_shifted_rows_are_on_the_data_check(trials, lang):
    lines = (DATA / SHIFTED).read_text(encoding="utf-8").splitlines()
    columns = lines[0].split(";")
    zip_code, state = columns.index("Zip"), columns.index("State")
    shifted = {
        number
        for number, line in enumerate(lines[1:], 2)
        if not line.split(";")[zip_code].isdigit() or len(line.split(";")[state]) != 2
    }
    assert len(shifted) >= 84
    assert shifted <= set(trials[SHIFTED, lang].checks.iloc[:, 3])


def test_grades_are_monotone_in_the_observed_charge_off_rate(trial):
    charged_off = trial.loans.iloc[:, -1].map({"yes": 1, "no": 0, "是": 1, "否": 0})
    owners = trial.loans.iloc[:, 1].astype(str)
    observed = pd.DataFrame({"customer_id": owners, "charged_off": charged_off}).dropna()
    graded = trial.results.merge(observed, on="customer_id")
    scale = pd.read_csv(POLICY["grade_scale"])["grade"]
    rates = graded.groupby("grade")["charged_off"].agg(["size", "mean"]).reindex(scale).dropna()
    rates = rates[rates["size"] >= FEWEST]
    assert len(rates) >= 5
    assert all(better < worse for better, worse in pairwise(rates["mean"]))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_both_files_grade_the_loans_that_they_share_alike(trials, lang):
    both = trials[SHIFTED, lang].results.merge(
        trials[WHOLE, lang].results, on="customer_id", suffixes=("", "_whole")
    )
    listed = set(trials[SHIFTED, lang].checks.iloc[:, 3])
    different = both.loc[both["grade"] != both["grade_whole"], "customer_id"]
    lines = (DATA / SHIFTED).read_text(encoding="utf-8").splitlines()
    places = {line.split(";")[0]: number for number, line in enumerate(lines, 1)}
    assert len(both) > 4000
    assert {places[customer] for customer in different} <= listed
