"""Bins, WoE and the logistic fit, beside the libraries that do the same."""

import numpy as np
import optbinning
import pandas as pd
import statsmodels.api as sm
import toad
from sklearn.linear_model import LogisticRegression

from tests.benchmarks.table import Row, evaluate, median_seconds

_FACTORS = [f"x{j}" for j in range(10)]
_BINS = 5


def _as_cells(result):
    """What a fit spills, as the table that scoring reads."""
    return pd.DataFrame(result.values.value.to_numpy(), columns=list(result.values.headers))


def _customers(count):
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(count, 10)), columns=_FACTORS)
    bad = (frame.sum(axis=1) + rng.normal(size=count) * 3 < -4).to_numpy().astype(int)
    return frame, bad


def weight_of_evidence(*, quick):
    count = 10_000 if quick else 100_000
    frame, bad = _customers(count)
    with_bad = frame.assign(bad=bad)

    def by_toad():
        combiner = toad.transform.Combiner()
        combiner.fit(with_bad, y="bad", method="quantile", n_bins=_BINS)
        toad.transform.WOETransformer().fit(combiner.transform(with_bad), bad, exclude=["bad"])

    def by_optbinning():
        optbinning.BinningProcess(_FACTORS, max_n_bins=_BINS).fit(frame, bad)

    seconds = median_seconds(lambda: evaluate("CR_BINNING", bad, frame, _FACTORS, "quantile"))
    others = {"toad": median_seconds(by_toad), "optbinning": median_seconds(by_optbinning)}
    kept = seconds <= min(others.values()) and (quick or seconds <= 0.1)
    return Row(f"WoE fit of 10 factors, {count:,} rows", seconds, others, "≤ 0.1 s at 100k", kept)


def monotone_bins(*, quick):
    count = 10_000 if quick else 100_000
    frame, bad = _customers(count)

    def by_optbinning():
        process = optbinning.BinningProcess(
            _FACTORS,
            max_n_bins=_BINS,
            binning_fit_params={name: {"monotonic_trend": "auto_asc_desc"} for name in _FACTORS},
        )
        process.fit(frame, bad)

    seconds = median_seconds(lambda: evaluate("CR_BINNING", bad, frame, _FACTORS, "merge"))
    others = {"optbinning": median_seconds(by_optbinning)}
    kept = seconds <= min(others.values())
    return Row(f"monotone bins of 10 factors, {count:,} rows", seconds, others, "ahead", kept)


def pd_fit(*, quick):
    count = 10_000 if quick else 100_000
    frame, bad = _customers(count)
    x = frame.to_numpy()
    seconds = median_seconds(lambda: evaluate("CR_LOGIT", bad, frame, _FACTORS))
    others = {
        "statsmodels": median_seconds(
            lambda: sm.Logit(bad, sm.add_constant(x)).fit(disp=0).summary2()
        ),
        "scikit-learn (no errors)": median_seconds(
            lambda: LogisticRegression(C=np.inf).fit(x, bad)
        ),
    }
    kept = quick or seconds <= 1
    return Row(f"PD fit on 10 factors, {count:,} rows", seconds, others, "≤ 1 s at 100k", kept)


def pd_scoring(*, quick):
    count = 100_000 if quick else 1_000_000
    sample, outcome = _customers(20_000)
    frame, _ = _customers(count)
    bins = _as_cells(evaluate("CR_BINNING", outcome, sample, _FACTORS, "quantile"))
    model = _as_cells(evaluate("CR_LOGIT", outcome, sample, _FACTORS, bins))
    process = optbinning.BinningProcess(_FACTORS, max_n_bins=_BINS)
    peer = optbinning.Scorecard(process, LogisticRegression())
    peer.fit(sample, outcome)
    seconds = median_seconds(lambda: evaluate("CR_PD", frame, model, bins, _FACTORS))
    others = {"optbinning": median_seconds(lambda: peer.predict_proba(frame))}
    kept = seconds <= min(others.values()) and (quick or seconds <= 1)
    return Row(f"PD through bins, {count:,} customers", seconds, others, "≤ 1 s at 1M", kept)


JOBS = [weight_of_evidence, monotone_bins, pd_fit, pd_scoring]
