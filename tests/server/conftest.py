"""What the tests of the server share."""

import sys
from pathlib import Path

# The tests are no package; this lets them import the calls and cells that the hosts share.
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "hosts")]
