"""Learning from history: binning, logistic PD, scorecards, trees, clusters, rules."""

from udfs.learning import (
    association,
    association_offers,
    binning,
    clusters,
    clusters_nearest,
    contribution_model,
    contribution_model_expected,
    decision_tree_fit,
    decision_tree_splits,
    decision_trees,
    logistic,
    logistic_scoring,
    scaling,
    scorecard_fitting,
    woe,
)

__all__ = [
    "association",
    "association_offers",
    "binning",
    "clusters",
    "clusters_nearest",
    "contribution_model",
    "contribution_model_expected",
    "decision_tree_fit",
    "decision_tree_splits",
    "decision_trees",
    "logistic",
    "logistic_scoring",
    "scaling",
    "scorecard_fitting",
    "woe",
]
