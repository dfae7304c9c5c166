"""What the report reads from the scaling law, and what it does not."""

from dataclasses import replace

from slo.capacity import UslFit
from slo.report.sections.limits.capacity import usl_sentence

FIT = UslFit(
    rate_per_s=100.0,
    contention=0.02,
    coherency=0.0005,
    peak_users=44.3,
    peak_per_s=1600.0,
    ceiling_per_s=5000.0,
    peak_reached=True,
    deviation=0.03,
)


def test_a_law_that_fits_poorly_is_called_so_and_nothing_is_read_from_it() -> None:
    said = usl_sentence(replace(FIT, deviation=0.123), falls=True)
    assert "nothing is concluded from it" in said
    assert "12.3" in said
    assert "44.3" not in said


def test_a_fall_is_claimed_only_where_the_sweep_shows_it() -> None:
    assert "the sweep shows that it falls" in usl_sentence(FIT, falls=True)
    assert "was not shown" in usl_sentence(FIT, falls=False)
    assert "falls" not in usl_sentence(replace(FIT, peak_reached=False), falls=False)
