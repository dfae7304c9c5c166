"""Who holds faults for us, over HTTP: faults are ordered, their leases renewed, and they are lifted.

The fault proxy and the exchange's admin port speak the same: POST /faults, DELETE /faults/ID, POST
/faults/ID/heartbeat.
"""

import json
import threading
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote, urlsplit

from chaos.errors import CannotApply, CannotHeal
from chaos.ground import FaultOrder, Lifted

_ANSWER_WITHIN_S = 2.0
_BEATS_PER_LEASE = 4
"""So that two heartbeats may get lost before a fault is."""


class FaultClient:
    """FaultControl over the API at ``http://HOST:PORT``. Thread-safe; one thread renews all leases.

    ``named`` is what errors call it; ``token`` is for an API that has one.
    """

    def __init__(self, api: str, lease_ms: int = 2_000, *, named: str = "fault proxy", token: str = "") -> None:
        parts = urlsplit(api)
        if parts.scheme != "http" or parts.hostname is None or parts.port is None:
            raise ValueError(f"{api!r} is no address of an API: write http://HOST:PORT")
        self._host = parts.hostname
        self._port = parts.port
        self._lease_ms = lease_ms
        self.name = f"{named} at {parts.hostname}:{parts.port}"
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._held: set[str] = set()
        self._lock = threading.Lock()
        self._idle = threading.Event()
        self._heart: threading.Thread | None = None

    def apply(self, order: FaultOrder) -> None:
        body = {
            "id": order.id,
            "kind": order.kind,
            "parameters": dict(order.parameters),
            "on": dict(order.on),
            "seed": order.seed,
            "lease_ms": self._lease_ms,
        }
        try:
            status, answer = self._call("POST", "/faults", body)
        except (OSError, HTTPException) as error:
            raise CannotApply(f"the {self.name} does not answer: {error}") from error
        if status != HTTPStatus.CREATED:
            raise CannotApply(f"the {self.name} refused {order.id}: {answer.get('error', status)}")
        self._hold(order.id)

    def heal(self, fault_id: str) -> Lifted:
        self._let_go(fault_id)
        try:
            status, answer = self._call("DELETE", f"/faults/{quote(fault_id, safe='')}")
        except (OSError, HTTPException) as error:
            raise CannotHeal(f"the {self.name} does not answer: {error}") from error
        if status == HTTPStatus.NOT_FOUND:  # it never was in force, or this is another than the one that was told
            return Lifted(hits=None, by="nobody")
        hits, by = answer.get("hits"), answer.get("lifted_by")
        if status != HTTPStatus.OK or not isinstance(hits, int) or not isinstance(by, str):
            raise CannotHeal(f"the {self.name} did not lift {fault_id}: {answer.get('error', status)}")
        return Lifted(hits, by, self._lost_orders(fault_id) if answer.get("unanswered") else ())

    def _lost_orders(self, fault_id: str) -> tuple[str, ...]:
        """Client order ids of the orders that the fault touched and whose reply could not be marked; as far as told."""
        try:
            status, answer = self._call("GET", f"/faults/{quote(fault_id, safe='')}/hits")
        except (OSError, HTTPException):
            return ()
        requests = answer.get("unanswered") if status == HTTPStatus.OK else None
        placed = [each for each in requests if each["op"] == "order.place"] if isinstance(requests, list) else []
        return tuple(each["client_order_id"] for each in placed if each["client_order_id"])

    def in_force(self) -> list[str]:
        return [fault_id for fault_id, fault in self.known().items() if fault["lifted_by"] is None]

    def known(self) -> dict[str, Any]:
        """Every fault in force, and those that were lifted lately, by id, as its holder tells of it.

        Raises CannotHeal when it does not answer: nobody can say then that nothing is in force.
        """
        try:
            status, answer = self._call("GET", "/faults")
        except (OSError, HTTPException) as error:
            raise CannotHeal(f"the {self.name} does not answer: {error}") from error
        if status != HTTPStatus.OK:
            raise CannotHeal(f"the {self.name} does not tell its faults: {answer.get('error', status)}")
        return answer

    def _hold(self, fault_id: str) -> None:
        with self._lock:
            self._held.add(fault_id)
            self._idle.clear()
            if self._heart is None:
                self._heart = threading.Thread(target=self._beat, name="fault leases", daemon=True)
                self._heart.start()

    def _let_go(self, fault_id: str) -> None:
        with self._lock:
            self._held.discard(fault_id)
            if not self._held:
                self._idle.set()

    def _beat(self) -> None:
        """Until nothing is held any more. A fault that the proxy has lifted by itself is told of when it is healed."""
        while True:
            self._idle.wait(self._lease_ms / 1_000 / _BEATS_PER_LEASE)
            with self._lock:
                held = list(self._held)
                if not held:
                    self._heart = None  # under the lock, or a fault held just now would find no heart and start none
                    return
            for fault_id in held:
                self._renew(fault_id)

    def _renew(self, fault_id: str) -> None:
        try:
            status, _ = self._call("POST", f"/faults/{quote(fault_id, safe='')}/heartbeat")
        except (OSError, HTTPException):
            return  # the next beat may get through; if none does, the lease ends, as it should
        if status == HTTPStatus.NOT_FOUND:
            self._let_go(fault_id)

    def _call(self, method: str, path: str, body: object = None) -> tuple[int, dict[str, object]]:
        connection = HTTPConnection(self._host, self._port, timeout=_ANSWER_WITHIN_S)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), self._headers)
            response = connection.getresponse()
            answer = json.loads(response.read() or b"{}")
        except json.JSONDecodeError as error:
            raise HTTPException(f"the answer to {method} {path} is no JSON: {error}") from error
        finally:
            connection.close()
        return response.status, answer
