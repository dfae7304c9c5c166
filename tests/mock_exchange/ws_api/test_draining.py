"""An orderly end answers what was taken, and takes no more."""

import signal

from tests.mock_exchange.served import limit_order, serving
from tests.mock_exchange.websocket_client import CLOSE
from tests.mock_exchange.ws_api.api_client import api, signed_parameters

SLOW = {"service_time": {"distribution": "constant", "mean": "100ms"}}
ORDERS = 5


def test_orders_that_wait_when_the_end_comes_are_answered_and_told() -> None:
    with serving(SLOW) as exchange, api(exchange) as client:
        client.subscribe()
        for number in range(ORDERS):
            request = {"id": number, "method": "order.place", "params": signed_parameters(limit_order())}
            client.socket.send_json(request)
        messages = [client.socket.read_json()]  # of the first order: the others wait now
        exchange.process.send_signal(signal.SIGTERM)
        while messages[-1].get("event", {}).get("e") != "serverShutdown":
            messages.append(client.socket.read_json())
        assert [message["status"] for message in messages if "id" in message] == [200] * ORDERS
        reports = [message["event"] for message in messages if message.get("event", {}).get("e") == "executionReport"]
        assert len(reports) == ORDERS
        assert client.socket.read_close() == 1001
        assert exchange.process.wait(20) == 0


def test_a_request_that_comes_after_the_end_was_called_is_refused() -> None:
    with serving(SLOW) as exchange, api(exchange) as client:
        for number in range(ORDERS):
            request = {"id": number, "method": "order.place", "params": signed_parameters(limit_order())}
            client.socket.send_json(request)
        assert client.socket.read_json()["status"] == 200
        exchange.process.send_signal(signal.SIGTERM)
        statuses = set()
        while (frame := client.socket.read_frame()).opcode != CLOSE:
            client.socket.send_json({"id": "late", "method": "ping"})
            if b'"late"' in frame.payload:
                statuses.add(b"-1016" in frame.payload)
        assert True in statuses
