"""What the tests of the desktop add-in share."""

import sys
from pathlib import Path

# The tests are no package; this lets them import the stand-ins beside them and of the hosts.
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "hosts")]
