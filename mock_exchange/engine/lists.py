"""Order lists: which orders depend on each other, and what follows for the others when something happens to one.

An OCO pair has one order that is executed: as soon as one is, triggers or ends, the other expires. The pending order
or pair of an OTO or OTOCO begins once the working order is filled, and expires where it ends otherwise (Binance Spot
documentation, order lists).
"""

from collections import deque
from collections.abc import Mapping

import msgspec

from mock_exchange.engine.commands import ListKind, PlaceOrderList
from mock_exchange.engine.events import ListChanged
from mock_exchange.engine.orders import ListOrderStatus, ListStatusType, Order, OrderList, OrderStatus
from mock_exchange.engine.state import ListsState


class OrderLists:
    """Every list that is known, of all symbols; finished ones as far as memory is allowed to reach."""

    __slots__ = ("_finished", "_finished_max", "_known", "_last_id", "_latest", "_lists", "_open")

    def __init__(self, finished_max: int) -> None:
        self._finished_max = finished_max
        self._lists: dict[int, OrderList] = {}
        self._open: dict[int, dict[int, OrderList]] = {}
        """By account."""
        self._known: dict[int, dict[int, OrderList]] = {}
        """By account, open and finished ones, oldest first."""
        self._latest: dict[tuple[int, str], OrderList] = {}
        """By account and client's id, the newest that bore it."""
        self._finished: deque[OrderList] = deque()
        self._last_id = -1

    def add(self, command: PlaceOrderList) -> OrderList:
        """A new list, whose orders are still to be named. Ids count from 0, over all symbols."""
        self._last_id += 1
        added = OrderList(
            self._last_id,
            command.account,
            command.symbol,
            command.client_list_id,
            command.kind,
            (),
            command.time_ms,
            command.time_ms,
        )
        self._remember(added)
        return added

    def _remember(self, known: OrderList) -> None:
        self._lists[known.list_id] = known
        self._known.setdefault(known.account, {})[known.list_id] = known
        self._latest[known.account, known.client_list_id] = known
        if known.is_open:
            self._open.setdefault(known.account, {})[known.list_id] = known

    def _forget(self, known: OrderList) -> None:
        del self._lists[known.list_id]
        del self._known[known.account][known.list_id]
        name = known.account, known.client_list_id
        if self._latest[name] is known:
            del self._latest[name]

    def finish(self, ended: OrderList, time_ms: int) -> ListChanged:
        ended.status_type = ListStatusType.ALL_DONE
        ended.order_status = ListOrderStatus.ALL_DONE
        ended.updated_ms = time_ms
        del self._open[ended.account][ended.list_id]
        self._finished.append(ended)
        if len(self._finished) > self._finished_max:
            self._forget(self._finished.popleft())
        return changed(ended, ListStatusType.ALL_DONE)

    def of(self, order: Order) -> OrderList | None:
        """The list that an order belongs to, while it is open."""
        return self._open.get(order.account, {}).get(order.list_id)

    def find(self, account: int, list_id: int, client_list_id: str) -> OrderList | None:
        """By id or, where that is negative, the newest with the client's id; given both, both must be right."""
        if list_id < 0:
            return self._latest.get((account, client_list_id))
        found = self._lists.get(list_id)
        if found is None or found.account != account or client_list_id not in ("", found.client_list_id):
            return None
        return found

    def open_of(self, account: int, symbol: str | None = None) -> list[OrderList]:
        """Oldest first."""
        return [each for each in self._open.get(account, {}).values() if symbol in (None, each.symbol)]

    def all_of(self, account: int) -> list[OrderList]:
        """Oldest first, finished ones too."""
        return list(self._known.get(account, {}).values())

    def export(self) -> ListsState:
        return ListsState(self._last_id, list(self._lists.values()), [each.list_id for each in self._finished])

    def restore(self, state: ListsState) -> None:
        self._last_id = state.last_list_id
        for each in state.lists:
            self._remember(each)
        self._finished = deque(self._lists[list_id] for list_id in state.finished)


def changed(order_list: OrderList, about: ListStatusType) -> ListChanged:
    return ListChanged(
        order_list.account,
        order_list.symbol,
        order_list.list_id,
        order_list.client_list_id,
        order_list.kind,
        about,
        order_list.order_status,
    )


class FollowUp(msgspec.Struct, frozen=True):
    """What has to happen to the other orders of a list."""

    expire: list[Order]
    begin: list[Order]


def follow_up(order_list: OrderList, order: Order, orders: Mapping[int, Order]) -> FollowUp:
    """After ``order`` was executed, triggered or ended; ``orders`` by id, without those that are forgotten."""
    members = [orders.get(order_id) for order_id in order_list.order_ids]
    others = [each for each in members if each is not None and each is not order and each.is_open]
    if is_pair_leg(order_list, order):
        decided = _has_begun(order) or not order.is_open
        return FollowUp([each for each in others if not _has_begun(each)] if decided else [], [])
    if order_list.kind is ListKind.OCO or order.is_open or order.order_id != order_list.order_ids[0]:
        return FollowUp([], [])
    waiting = [each for each in others if each.status is OrderStatus.PENDING_NEW]
    return FollowUp([], waiting) if order.status is OrderStatus.FILLED else FollowUp(waiting, [])


def is_pair_leg(order_list: OrderList, order: Order) -> bool:
    """Whether the order is one of two of which only one is executed."""
    return order.order_id in pair_ids(order_list)


def pair_ids(order_list: OrderList) -> tuple[int, ...]:
    """The orders of which only one is executed; none in an OTO."""
    if order_list.kind is ListKind.OTO:
        return ()
    return order_list.order_ids[-2:]


def _has_begun(leg: Order) -> bool:
    """Whether a leg of a pair was executed or triggered, so that the other has lost."""
    is_stop = bool(leg.stop_price or leg.trailing_delta)
    return leg.executed > 0 or leg.prevented > 0 or (is_stop and leg.is_working)


def is_over(order_list: OrderList, orders: Mapping[int, Order]) -> bool:
    members = (orders.get(order_id) for order_id in order_list.order_ids)
    return not any(each is not None and each.is_open for each in members)
