"""What the target can do at most: the sweep's capacity, its scaling law, and Little's law as a check on the samples."""

from collections.abc import Iterator

from slo.capacity import LittleCheck, MeasuredCapacity, SweepStep, UslFit
from slo.report import wording
from slo.report.charts import sweep
from slo.report.document import Block, Cell, Figure, Heading, Strong, Table, columns, remarked, row, said
from slo.report.evidence import Evidence

RATIO_TOLERATED = 0.05
"""Little's law holds exactly in the long run; over one step, requests at its two ends make a few per cent."""

DEVIATION_MAX = 0.1
"""Below this the law does not describe the sweep, and nothing is read from its constants."""


def capacity(evidence: Evidence) -> Iterator[Block]:
    found = evidence.findings
    if not found.sweep or found.capacity is None:
        if not evidence.feed:
            yield remarked(
                "No closed phase was run, so the target's capacity is not known: a sweep of more and more users would "
                "measure it."
            )
        return
    yield Heading("Capacity is finite")
    yield said(*_capacity_sentence(found.capacity, found.sweep))
    if found.usl is None:
        yield remarked("No scaling law is fitted to fewer than five different numbers of users.")
    else:
        yield said(usl_sentence(found.usl, falls=found.capacity.falls))
        yield Figure(
            "capacity",
            "Throughput and the law fitted to it",
            f"Points are measured, the curve is fitted to them and misses them by "
            f"{wording.percent(found.usl.deviation)} (root mean square).",
            sweep.of_findings(found),
        )
    yield from _little(found.little)


def _capacity_sentence(found: MeasuredCapacity, steps: tuple[SweepStep, ...]) -> tuple[str | Strong, ...]:
    peak = f"{wording.rate(found.peak_per_s)} with {wording.plural(found.peak_users, 'user')}"
    if not found.saturated:
        most = wording.plural(steps[-1].users, "user")
        return (
            f"Throughput was still rising at the end of the sweep ({peak}, the last step had {most}): this is the most "
            "that was seen and not a capacity, so nothing can be said here about overload. A sweep with more users "
            "would settle it.",
        )
    pooled = wording.listed([str(users) for users in found.pooled_users])
    evidence = f"{wording.count(found.pooled_answers)} answers in {wording.seconds(found.pooled_s)}"
    return (
        "The target answers ",
        Strong(wording.rate(found.pooled_per_s)),
        f": so much in the steps with {pooled} users, which cannot be told from each other and together hold "
        f"{evidence}. The highest of them reached {peak} by itself, within chance of that; percentages of capacity are "
        "taken from it while the run goes. More users bring no more answers, only longer waits.",
    )


def usl_sentence(fit: UslFit, *, falls: bool) -> str:
    """The law's three constants, and where it has the peak; nothing of it where it fits poorly.

    ``falls``: whether the sweep itself shows that throughput falls after its peak.
    """
    law = (
        "The Universal Scalability Law, X(N) = \N{GREEK SMALL LETTER LAMDA}N / (1 + \N{GREEK SMALL LETTER SIGMA}(N"
        "\N{MINUS SIGN}1) + \N{GREEK SMALL LETTER KAPPA}N(N\N{MINUS SIGN}1)),"
    )
    if fit.deviation > DEVIATION_MAX:
        return (
            f"{law} misses the steps of this sweep by {wording.percent(fit.deviation)} (root mean square; "
            f"{wording.percent(DEVIATION_MAX)} is what a conclusion bears), so nothing is concluded from it; its curve "
            "is shown beside what was measured."
        )
    return (
        f"{law} fitted to the sweep, has one user alone get "
        f"{wording.rate(fit.rate_per_s)} (\N{GREEK SMALL LETTER LAMDA}), {wording.percent(fit.contention)} of the work "
        f"queue for something shared (\N{GREEK SMALL LETTER SIGMA}), and keeping in step cost "
        f"{fit.coherency:.2g} per pair of users (\N{GREEK SMALL LETTER KAPPA}). {_usl_end(fit, falls=falls)}"
    )


def _usl_end(fit: UslFit, *, falls: bool) -> str:
    if fit.peak_users is not None and fit.peak_per_s is not None:
        where = f"{wording.number(fit.peak_users)} users, {wording.rate(fit.peak_per_s)}"
        if not fit.peak_reached:
            return f"By this law throughput would peak at {where}: an extrapolation beyond the users measured."
        if falls:
            return (
                f"By this law throughput peaks at {where}, and the sweep shows that it falls: the last step is below "
                "the highest by more than three deviations."
            )
        return (
            f"By this law throughput peaks at {where}; that it falls after that was not shown, as the last step is not "
            "below the highest by more than three deviations."
        )
    if fit.ceiling_per_s is not None:
        return (
            f"With no such cost seen, throughput stays below {wording.rate(fit.ceiling_per_s)} by this law, however "
            "many users come (\N{GREEK SMALL LETTER LAMDA}/\N{GREEK SMALL LETTER SIGMA})."
        )
    return "Neither cost could be seen in this sweep: its users were too few to find a limit."


def _little(checks: tuple[LittleCheck, ...]) -> Iterator[Block]:
    if not checks:
        return
    yield remarked(little_sentence(checks))
    yield Table(
        "Little's law in each step, every side measured by itself",
        columns("users", "in flight (L)", "done/s (X)", "time in service (W)", "L / (X W)", words=0),
        tuple(_little_row(check) for check in checks),
    )


def little_sentence(checks: tuple[LittleCheck, ...]) -> str:
    """Whether the samples agree with a law that no system can break."""
    law = (
        "Little's law checks the samples themselves: requests in flight must equal throughput times time in service, "
        "whatever the target does."
    )
    astray = [check for check in checks if check.ratio is not None and abs(check.ratio - 1) > RATIO_TOLERATED]
    if astray:
        steps = wording.listed([f"{check.users} users ({check.ratio:.3f})" for check in astray])
        return f"{law} It does not hold within 5 % at {steps}: distrust these steps."
    ratios = [check.ratio for check in checks if check.ratio is not None]
    if not ratios:
        return f"{law} No step had enough answers to check."
    return f"{law} The ratio lies between {min(ratios):.3f} and {max(ratios):.3f} in every step, so they agree."


def _little_row(check: LittleCheck) -> tuple[Cell, ...]:
    return row(
        wording.count(check.users),
        wording.number(check.in_flight),
        wording.rate(check.throughput_per_s),
        wording.milliseconds(check.service_s * 1000),
        wording.NONE if check.ratio is None else f"{check.ratio:.3f}",
    )
