"""No chart without data, none without units, none too large; colours come from the theme alone."""

import re
from xml.etree import ElementTree as ET

import pytest

from slo.history import RunFolder
from slo.report import write_pictures
from slo.report.charts.feed import clock_ticks
from slo.report.charts.picture import NoPictureError, Subject, save_picture
from slo.report.charts.theme import OUTCOME_TOKENS, TOKENS, Theme, coloured
from slo.report.document import Document, Figure
from slo.report.evidence import Evidence
from tests.slo.report.specifications import axis_titles, figures, layer_rows, layers
from tests.slo.report.synthetic import seconds_of_the_generator, write_run

POINTS_AT_MOST = 700
DRIVEN = ["throughput", "latency", "rates", "latencies", "capacity", "overload", "lag", "processor", "requests"]
UNIT = re.compile(r"\((s|ms|ms, .*|%|UTC)\)|per second|users|\(ms\), ")


@pytest.fixture(scope="session")
def drawn(documents: dict[str, Document]) -> dict[str, Figure]:
    return {figure.name: figure for name in ("driven", "fed") for figure in figures(documents[name])}


def test_a_run_with_everything_in_it_has_every_chart(drawn: dict[str, Figure]) -> None:
    assert set(drawn) == {*DRIVEN, "feed-alpha", "feed-beta"}


@pytest.mark.parametrize("name", [*DRIVEN, "feed-alpha"])
def test_each_layer_of_a_chart_has_data_and_not_too_much(drawn: dict[str, Figure], name: str) -> None:
    chart = drawn[name].chart
    for layer in layers(chart):
        assert 0 < len(layer_rows(chart, layer)) <= POINTS_AT_MOST


@pytest.mark.parametrize("name", [*DRIVEN, "feed-alpha"])
def test_the_axes_are_labelled_with_units(drawn: dict[str, Figure], name: str) -> None:
    chart = drawn[name].chart
    for channel in ("x", "y"):
        if name == "overload" and channel == "y":
            continue  # names of phases
        titles = axis_titles(chart, channel)
        assert titles, f"{name}: no title on {channel}"
        assert all(UNIT.search(title) for title in titles), titles


@pytest.mark.parametrize("theme", list(Theme))
def test_every_colour_of_a_chart_comes_from_the_theme(drawn: dict[str, Figure], theme: Theme) -> None:
    for figure in drawn.values():
        written = str(coloured(figure.chart, theme))
        assert "var(--" not in written
        used = set(re.findall(r"#[0-9A-Fa-f]{6}\b", written))
        assert used <= {token.in_theme(theme) for token in TOKENS}


def test_an_outcome_has_the_same_colour_in_both_themes() -> None:
    assert all(token.light == token.dark for token in OUTCOME_TOKENS.values())


def test_a_chart_draws_the_faults_and_the_phases_of_the_run(drawn: dict[str, Figure]) -> None:
    chart = drawn["rates"].chart
    labels = {row["label"] for layer in layers(chart) for row in layer_rows(chart, layer) if "label" in row}
    assert {"pause-1", "latency-1", "sweep", "surge"} <= labels


def test_a_run_without_faults_has_no_band(documents: dict[str, Document]) -> None:
    rates = next(figure for figure in figures(documents["calm"]) if figure.name == "rates")
    assert not any("kind" in row for layer in layers(rates.chart) for row in layer_rows(rates.chart, layer))
    assert "no fault was injected" in rates.caption


def test_a_stall_is_in_the_chart_of_lateness_in_the_second_in_which_it_was_seen(drawn: dict[str, Figure]) -> None:
    chart = drawn["lag"].chart
    rows = [row for layer in layers(chart) for row in layer_rows(chart, layer) if "longest stall" in row]
    long = [float(str(row["start_s"])) for row in rows if float(str(row["longest stall"])) >= 40]
    assert long
    assert all(5 <= start_s < 6 for start_s in long)


def test_the_stall_of_a_feed_stands_out(drawn: dict[str, Figure]) -> None:
    chart = drawn["feed-alpha"].chart
    worst = [float(str(row["worst_ms"])) for row in layer_rows(chart, layers(chart)[0])]
    assert sum(delay > 1000 for delay in worst) >= 6, "8 s of standing still, seen second by second"
    assert sorted(worst)[len(worst) // 2] < 20


def test_the_clock_of_a_feed_has_whole_minutes() -> None:
    ticks = clock_ticks(1_760_130_720_052, 1_760_131_319_661)
    assert ticks == [1_760_130_840_000 + step * 120_000 for step in range(4)]
    assert 2 <= len(clock_ticks(0, 24 * 3_600_000)) <= 9


def test_a_picture_of_a_run_can_be_saved(driven: Evidence, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("pictures")
    save_picture(driven, Subject.THROUGHPUT, Theme.DARK, folder / "x.svg")
    save_picture(driven, Subject.THROUGHPUT, Theme.LIGHT, folder / "x.png")
    assert theme_page(Theme.DARK) in (folder / "x.svg").read_text().upper()
    assert ET.parse(folder / "x.svg").getroot().tag.endswith("svg")  # noqa: S314 - our own file
    assert (folder / "x.png").read_bytes().startswith(b"\x89PNG")


def theme_page(theme: Theme) -> str:
    return next(token for token in TOKENS if token.name == "page").in_theme(theme).upper()


def test_a_judged_run_is_drawn_in_both_themes_from_its_folder(
    driven: Evidence, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run, out = RunFolder(tmp_path_factory.mktemp("run")), tmp_path_factory.mktemp("out")
    write_run(run, driven.record, driven.samples, list(driven.events), seconds_of_the_generator(driven.samples))
    run.verdict.write_text(driven.verdict.to_json())
    files = write_pictures(run, out)
    assert sorted(file.name for file in files) == [
        "timeline-dark.png",
        "timeline-dark.svg",
        "timeline-light.png",
        "timeline-light.svg",
    ]
    assert all(file.stat().st_size > 10_000 for file in files)


def test_a_picture_of_what_a_run_does_not_hold_is_refused(
    fed: Evidence, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("pictures")
    with pytest.raises(NoPictureError, match="no closed phase"):
        save_picture(fed, Subject.THROUGHPUT, Theme.LIGHT, folder / "x.svg")
    with pytest.raises(NoPictureError, match=r"'\.gif': a picture is \.svg or \.png"):
        save_picture(fed, Subject.TIMELINE, Theme.LIGHT, folder / "x.gif")
