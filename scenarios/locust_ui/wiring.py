"""Where the tables meet Locust: its events carry reports from workers to the master, its web UI shows the tabs.

Locust's own statistics travel in the same messages and are reset at the same moments, so both count the same arrivals.
"""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, make_response, request
from locust.env import Environment
from locust.runners import MasterRunner
from locust.web import WebUI

from scenarios.locust_ui.board import Board
from scenarios.locust_ui.recorder import Recorder, Report
from scenarios.locust_ui.tables import TABLES, Row, Table, rows_of

FIELD = "brownout"
"""Of a worker's report to the master."""
ALONE = "local"
"""A generator that is no worker, as Locust calls it."""
STATISTICS_ENDPOINT = "locust.request_stats"
"""What the UI asks while a test runs."""


def extend(environment: Environment, recorder: Recorder, clock: Callable[[], float]) -> None:
    """On every node: workers report, and whoever has the web UI shows it. ``clock`` gives seconds."""
    node = _Node(environment, recorder, clock)
    events = environment.events
    for event, listener in (
        (events.report_to_master, node.report),
        (events.worker_report, node.hear),
        (events.test_start, node.forget),
        (events.reset_stats, node.forget),
        (events.spawning_complete, node.spawned),
    ):
        event.add_listener(listener)  # type: ignore[no-untyped-call]  # Locust does not type its hooks
    web_ui = environment.web_ui
    if web_ui is not None and web_ui.app is not None:
        _add_tabs(web_ui, web_ui.app, node)


class _Node:
    """Master, worker or both in one."""

    def __init__(self, environment: Environment, recorder: Recorder, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._environment = environment
        self._recorder = recorder
        self._board = Board()

    def report(self, data: dict[str, Any], **_: object) -> None:
        data[FIELD] = self._take().packed()

    def hear(self, client_id: str, data: dict[str, Any], **_: object) -> None:
        if FIELD in data:
            self._board.hear(client_id, Report.unpacked(data[FIELD]), self._clock())

    def forget(self, **_: object) -> None:
        self._take()
        self._board.forget()

    def spawned(self, **_: object) -> None:
        if self._environment.reset_stats:
            self.forget()

    def rows(self) -> dict[Table, list[Row]]:
        now_s, runner = self._clock(), self._environment.runner
        if isinstance(runner, MasterRunner):
            states = {worker.id: worker.state for worker in runner.clients.values()}
        else:
            self._board.hear(ALONE, self._take(), now_s)
            states = {ALONE: runner.state} if runner is not None else {}
        return rows_of(self._board, states, now_s)

    def _take(self) -> Report:
        runner = self._environment.runner
        return self._recorder.take(runner.current_cpu_usage if runner is not None else 0.0)


def _add_tabs(web_ui: WebUI, app: Flask, node: _Node) -> None:
    options = web_ui.environment.parsed_options
    pages = Blueprint("brownout", __name__, url_prefix=(options and options.web_base_path) or None)

    def add_rows(response: Response) -> Response:
        if request.endpoint != STATISTICS_ENDPOINT or response.status_code != 200:
            return response
        rows = [{"key": table.key, "data": rows} for table, rows in node.rows().items()]
        return jsonify({**response.get_json(), "extended_stats": rows})

    def download(key: str) -> Response:
        found = next((each for each in node.rows().items() if each[0].key == key), None)
        return _as_csv(*found) if found is not None else make_response(f"There is no table {key}", 404)

    app.after_request(add_rows)
    allowed = web_ui.auth_required_if_enabled(download)  # type: ignore[no-untyped-call]  # Locust does not type it
    pages.add_url_rule("/brownout/<key>.csv", view_func=allowed)
    app.register_blueprint(pages)
    web_ui.template_args |= {
        "extended_tabs": [{"title": table.title, "key": table.key} for table in TABLES],
        "extended_tables": [{"key": table.key, "structure": table.structure()} for table in TABLES],
        "extended_csv_files": [
            {"href": f"./brownout/{table.key}.csv", "title": f"Download {table.title.lower()} CSV"} for table in TABLES
        ],
    }


def _as_csv(table: Table, rows: list[Row]) -> Response:
    text = StringIO()
    writer = csv.DictWriter(text, table.columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    response = make_response(text.getvalue())
    response.headers["Content-Type"] = "text/csv"
    response.headers["Content-Disposition"] = f"attachment;filename={table.key}.csv"
    return response
