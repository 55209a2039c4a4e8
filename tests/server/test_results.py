"""Results as the runtime of Excel that asks can take them."""

import pytest

from addin.server.results import RUNTIME, finished
from udfs.errors import CellError

NA = CellError("#N/A", "missing")


@pytest.mark.parametrize(
    ("runtime", "error"),
    [
        ("1.4", {"type": "Error", "errorType": "NotAvailable"}),
        ("1.10", {"type": "Error", "errorType": "NotAvailable"}),
        ("2.0", {"type": "Error", "errorType": "NotAvailable"}),
        ("1.3", "#N/A"),
        ("1.1", "#N/A"),
    ],
)
def test_errors_are_errors_where_the_runtime_knows_them(runtime, error):
    token = RUNTIME.set(runtime)
    assert finished([1.0, None, "#N/A", NA, True]) == [1.0, "", "#N/A", error, True]
    RUNTIME.reset(token)


def test_plain_cells_are_handed_on():
    cells = [1.0, 2, "a", False]
    assert finished(cells) is cells
