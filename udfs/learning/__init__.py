"""Learning from history: binning, logistic PD, scorecards, trees, clusters, rules."""

from udfs.learning import (
    binning,
    decision_tree_splits,
    decision_trees,
    woe,
)

__all__ = [
    "binning",
    "decision_tree_splits",
    "decision_trees",
    "woe",
]
