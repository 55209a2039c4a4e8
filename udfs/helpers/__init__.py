"""Policy tables, totals by key, and what a person asks of the functions themselves."""

from udfs.helpers import about, last_error, policy_tables, rollup

__all__ = ["about", "last_error", "policy_tables", "rollup"]
