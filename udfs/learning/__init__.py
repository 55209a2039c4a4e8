"""Learning from history: binning, logistic PD, scorecards, trees, clusters, rules."""

from udfs.learning import (
    binning,
    clusters,
    decision_tree_splits,
    decision_trees,
    logistic,
    logistic_scoring,
    scorecard_fitting,
    woe,
)

__all__ = [
    "binning",
    "clusters",
    "decision_tree_splits",
    "decision_trees",
    "logistic",
    "logistic_scoring",
    "scorecard_fitting",
    "woe",
]
