"""Learning from history: binning, logistic PD, scorecards, trees, clusters, rules."""
