"""How well a model or tiering works: discrimination, calibration, stability."""
