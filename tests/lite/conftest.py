"""What the tests of xlwings Lite share."""

import sys
from pathlib import Path

# The tests are no package; this lets them import the workbooks that they build.
sys.path.insert(0, str(Path(__file__).parent))
