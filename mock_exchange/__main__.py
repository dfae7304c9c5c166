"""``python -m mock_exchange``."""

import sys

from mock_exchange.cli import main

sys.exit(main())
