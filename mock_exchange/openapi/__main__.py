"""``python -m mock_exchange.openapi``: the description, as docs/openapi.json holds it."""

import sys

from mock_exchange.gateway.routes import ROUTES
from mock_exchange.openapi.description import description, written

sys.stdout.write(written(description(ROUTES)))
