"""Validation of a whole book, beside scikit-learn and toad."""

import numpy as np
import toad
from sklearn.metrics import roc_auc_score, roc_curve

from tests.benchmarks.table import Row, evaluate, median_seconds

LIMIT = 0.3


def _book(*, quick):
    count = 100_000 if quick else 1_000_000
    rng = np.random.default_rng(6)
    score = rng.normal(600, 50, count)
    bad = (rng.random(count) < 1 / (1 + np.exp((score - 520) / 30))).astype(float)
    return score, bad


def _judged(job, ours, others, limit, times=1.0):
    """Kept within the limit and within so many times the peer's time."""
    seconds = median_seconds(ours)
    peers = {name: median_seconds(work) for name, work in others.items()}
    kept = seconds <= times * min(peers.values()) and (limit is None or seconds <= limit)
    beside = "ahead of the peer" if times == 1.0 else f"≤ {times:g} × the peer"
    return Row(job, seconds, peers, f"≤ 0.3 s at 1M; {beside}", kept)


def auc(*, quick):
    score, bad = _book(quick=quick)
    return _judged(
        f"AUC, {len(score):,} customers",
        lambda: evaluate("CR_AUC", bad, score),
        {"scikit-learn": lambda: roc_auc_score(bad, -score)},
        None if quick else LIMIT,
    )


def ks(*, quick):
    score, bad = _book(quick=quick)
    return _judged(
        f"KS with its cut-off, {len(score):,} customers",
        lambda: evaluate("CR_KS", bad, score, None, None, "point"),
        {"scikit-learn": lambda: _ks_of_curve(bad, score)},
        None if quick else LIMIT,
    )


def _ks_of_curve(bad, score):
    refused_good, refused_bad, cuts = roc_curve(bad, -score)
    return cuts[np.argmax(refused_bad - refused_good)]


def psi(*, quick):
    """Ours keeps equal scores in one bin, which takes sorting; the peer cuts wherever it falls."""
    score, _ = _book(quick=quick)
    shifted = score * 0.98
    return _judged(
        f"PSI in quantile bins, 2 × {len(score):,} customers",
        lambda: evaluate("CR_PSI", score, shifted, "numbers"),
        {"toad": lambda: _psi_toad(score, shifted)},
        None if quick else LIMIT,
        times=1.5,
    )


def _psi_toad(expected, actual):
    combiner = toad.transform.Combiner()
    combiner.set_rules({"score": list(np.quantile(expected, np.linspace(0.1, 0.9, 9)))})
    frames = [combiner.transform({"score": each}) for each in (expected, actual)]
    return toad.metrics.PSI(*(frame["score"] for frame in frames))


JOBS = [auc, ks, psi]
