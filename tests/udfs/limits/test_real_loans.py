"""A real book of loans (SBA); see the data folder's own README."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import udfs

DATA = Path(__file__).parents[3] / "../shared/data/sba_loans/SBAnational_22k.csv"


@pytest.fixture(scope="module")
def loans():
    if not DATA.exists():
        pytest.skip("the data folder is absent: no SBA loans")
    columns = ["Name", "State", "Bank", "NAICS", "GrAppv"]
    frame = pd.read_csv(DATA, usecols=columns, dtype={"NAICS": str})
    amounts = frame["GrAppv"].astype(str).str.replace(r"[$, ]", "", regex=True).astype(float)
    return frame.assign(amount=amounts, industry=frame["NAICS"].str[:2])


@pytest.mark.parametrize("key", ["State", "Bank", "industry"])
def test_hhi_and_shares_of_a_real_book_are_those_of_pandas(loans, key):
    totals = loans.groupby(loans[key].fillna(""))["amount"].sum()
    totals = totals[totals > 0]
    shares = totals / totals.sum()
    cells = (loans["amount"], loans[key])
    assert udfs.call("CR_HHI", *cells) == [[pytest.approx(1e4 * (shares**2).sum())]]
    largest = totals.drop("", errors="ignore").nlargest(10).sum() / totals.sum()
    assert udfs.call("CR_CONCENTRATION", *cells) == [[pytest.approx(largest)]]
    table = udfs.call("CR_CONCENTRATION", *cells, *[None] * 4, "table")
    assert len(table) - 1 == len(totals)
    assert table[-1][4] == pytest.approx(1)


def test_rooms_of_a_real_book_are_those_of_pandas(loans):
    tier1 = loans["amount"].sum() / 5
    named = loans[loans["Name"].notna()]
    names = named["Name"].str.strip()
    got = udfs.call("CR_EXPOSURE", names, named["amount"], tier1)
    expected = np.clip(0.15 * tier1 - named["amount"].groupby(names).transform("sum"), 0, None)
    assert [cell for (cell,) in got] == pytest.approx(expected.tolist())
