"""Distress scores and peers on 7,027 Polish companies, of which 271 went bankrupt."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import udfs
from udfs.ratios.peer_groups import peers_of, standing_of

FILE = Path(__file__).parents[3] / "../shared/data/polish_bankruptcy/1year.csv.gz"
pytestmark = pytest.mark.skipif(
    not FILE.exists(), reason="needs shared/data/polish_bankruptcy/1year.csv.gz, not in the project"
)
Z_TERMS = [
    "working capital / total assets",
    "retained earnings / total assets",
    "EBIT / total assets",
    "book value of equity / total liabilities",
    "sales / total assets",
]


@pytest.fixture(scope="module")
def firms():
    return pd.read_csv(FILE)


def auc(bad, score):
    """The chance that a bankrupt firm scores below a sound one, ties half."""
    ranks = pd.Series(score).rank().to_numpy()
    bads = bad.sum()
    above = ranks[~bad].sum() - (len(bad) - bads) * (len(bad) - bads + 1) / 2
    return above / (bads * (len(bad) - bads))


def altman(firms, model, out=None):
    """A score of the file's ratios: figures of a firm with assets and liabilities of one."""
    x1, x2, x3, x4, x5 = (firms[name].to_numpy(float) for name in Z_TERMS)
    current = np.where(np.isnan(x1), np.nan, np.maximum(x1, 0)), np.maximum(-x1, 0)
    one = np.ones(len(firms))
    rest = (x2, x3, x4, one, one, np.maximum(x5, 0))
    cells = udfs.call("CR_ALTMAN", model, *current, *rest, None, None, None, out)
    return [cell for (cell,) in cells]


@pytest.mark.parametrize(("model", "least"), [("Z''", 0.68), ("EM", 0.68), ("Z'", 0.62)])
def test_z_scores_separate_bankrupt_firms(firms, model, least, record_property):
    scores = altman(firms, model)
    known = np.array([isinstance(score, float) for score in scores])
    assert known.mean() > 0.98
    found = auc(
        firms["bankruptcy"].to_numpy()[known] == 1,
        np.array([s for s in scores if isinstance(s, float)]),
    )
    record_property("auc", float(found))
    assert least < found < 0.9


def test_bankrupt_firms_are_more_often_in_distress(firms):
    zones = pd.Series(altman(firms, "Z''", "zone")).map(
        lambda zone: zone if isinstance(zone, str) else "unknown"
    )
    bad = firms["bankruptcy"] == 1
    shares = bad.groupby(zones).mean()
    assert shares["distress"] > 2 * shares["safe"]
    assert shares["distress"] > shares["grey"] > shares["safe"]


def test_standing_agrees_with_pandas_on_every_ratio(firms):
    for name in firms.columns[:12]:
        values = firms[name].dropna().to_numpy(float)
        standing = standing_of(values, peers_of(len(values), None, None), 20)
        ranks = pd.Series(values).rank().to_numpy()
        assert np.allclose(standing.share, (ranks - 1) / (len(values) - 1)), name
        assert np.allclose(standing.quartiles[0], np.quantile(values, [0.25, 0.5, 0.75])), name


def test_strengths_of_all_firms_by_sixty_four_ratios(firms):
    ratios = list(firms.columns[:-1])
    better = ["higher"] * len(ratios)
    grid = firms[ratios].to_numpy(float)
    cells = udfs.call("CR_STRENGTHS", grid, [ratios], None, None, [better], 5)
    texts = [cell for (cell,) in cells]
    assert len(texts) == len(firms)
    empty = np.isnan(grid).all(axis=1)
    assert not empty.any() or all(texts[i] is None for i in np.flatnonzero(empty))
    profit = "net profit / total assets"
    strong = [profit in text.casefold().split("weaknesses")[0] for text in texts]
    weak = [
        profit in text.casefold().split("weaknesses")[-1] for text in texts if "eaknesses" in text
    ]
    assert 0.01 < np.mean(strong) < 0.25
    assert 0.01 < np.mean(weak) < 0.25
