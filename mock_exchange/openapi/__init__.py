"""The REST API in OpenAPI 3.1, made from the table of routes; ``python -m mock_exchange.openapi`` prints it."""
