"""xlwings PRO, which xlwings Server needs: whether its tests can run here."""

import importlib.util
import os

import pytest

KEY = "XLWINGS_LICENSE_KEY"

needs_key = pytest.mark.skipif(
    not os.environ.get(KEY),
    reason=f"xlwings Server needs a licence: set {KEY} (xlwings.org tells which one you may use)",
)
needs_server = pytest.mark.skipif(
    not os.environ.get(KEY) or importlib.util.find_spec("xlwings_server") is None,
    reason=f"needs creditcells[server] and a licence for it in {KEY}",
)
