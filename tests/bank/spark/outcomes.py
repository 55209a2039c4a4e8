"""The outcomes of two runs beside each other."""

from tests.bank.test_runs_are_safe import contents


def assert_same(one, other):
    """All that two engines write is the same, but for their names and the time."""
    first, second = contents(one), contents(other)
    assert list(first) == list(second)
    for name in set(first) - {"manifest.json", "report.html"}:
        assert first[name] == second[name], name
