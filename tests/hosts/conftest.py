"""What the tests of the hosts share."""

import sys
from pathlib import Path

# The tests are no package; this lets them import the calls that every host answers.
sys.path.insert(0, str(Path(__file__).parent))
