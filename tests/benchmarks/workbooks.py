"""The demo, the refresh, and mass data in workbooks."""

JOBS = []
