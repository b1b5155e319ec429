"""``python -m tests.evaluation``."""

import sys

from tests.evaluation.run import main

sys.exit(main())
