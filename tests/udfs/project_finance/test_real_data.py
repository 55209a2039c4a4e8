"""Loans of the US Small Business Administration, as they come: with terms and amounts of 0."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import udfs

FILE = Path(__file__).parents[3] / "../shared/data/sba_loans/SBAnational_22k.csv"


@pytest.mark.skipif(not FILE.exists(), reason="the SBA loans are not in ../shared/data")
def test_every_loan_with_an_amount_and_a_term_has_an_instalment():
    loans = pd.read_csv(FILE, usecols=["Term", "DisbursementGross"])
    amounts, months = loans["DisbursementGross"], loans["Term"]
    cells = (amounts.to_numpy(), 0.065, months.to_numpy())
    result = udfs.evaluate(udfs.function("CR_INSTALMENT"), cells)
    usable = ((amounts > 0) & (months > 0)).to_numpy()
    assert sorted(result.faults) == np.flatnonzero(~usable).tolist()
    assert {error.code for error in result.faults.values()} == {"#NUM!"}
    paid = result.values[usable].astype(float)
    years, rate = months.to_numpy()[usable], 0.065 / 12
    expected = amounts.to_numpy()[usable] * rate / (1 - (1 + rate) ** -years)
    assert np.allclose(paid, expected, rtol=1e-9)
    apr = udfs.evaluate(udfs.function("CR_APR"), cells).values[usable].astype(float)
    assert np.allclose(apr, (1 + rate) ** 12 - 1, rtol=1e-9)
