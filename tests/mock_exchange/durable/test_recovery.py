"""A folder gives back what was written to it: all of it, or a prefix where the end was torn, or a clear refusal."""

import random
import tempfile
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_exchange.durable.folder import Folder
from mock_exchange.durable.frames import read_frames
from mock_exchange.durable.opening import open_folder
from mock_exchange.durable.segments import JournalReader
from mock_exchange.durable.snapshots import remove_outdated
from mock_exchange.engine.commands import Command, OrderType, PlaceOrder, Side, TimeInForce
from mock_exchange.errors import DataError, DataInUseError
from tests.mock_exchange.durable.crowded import OPENING, commands
from tests.mock_exchange.durable.folders import (
    FOUNDATION,
    copied,
    engine_after,
    only_journal,
    recovered,
    snapshot_at,
    state_bytes,
    store,
    truncate,
    write,
)
from tests.mock_exchange.engine.strategies import TIME_MS


def orders(count: int, seed: int = 1) -> list[Command]:
    """A deposit for each account and orders that meet now and then."""
    rng = random.Random(seed)  # noqa: S311 - reproducible on purpose
    placed = [
        PlaceOrder(
            rng.randint(1, 3),
            "BTCUSDT",
            rng.choice([Side.BUY, Side.SELL]),
            OrderType.LIMIT,
            TimeInForce.IOC,
            rng.randint(1, 8),
            rng.randint(1, 6),
            0,
            f"order-{number}",
            TIME_MS + number,
        )
        for number in range(count)
    ]
    return [*OPENING, *placed]


@settings(max_examples=60, deadline=None)
@given(commands=commands, data=st.data())
def test_a_snapshot_anywhere_and_what_follows_it_give_the_same_exchange(
    commands: list[Command], data: st.DataObject
) -> None:
    everything = OPENING + commands
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        write(path, everything)
        for sequence in sorted(data.draw(st.lists(st.integers(2, len(everything) + 1), max_size=3))):
            snapshot_at(path, sequence)
            remove_outdated(Folder(path))
        recovery = recovered(path)
        assert recovery.sequence == len(everything) + 1
        assert state_bytes(recovery.replay.engine) == state_bytes(engine_after(everything))
        assert recovery.replay.starts == 1


def test_a_journal_cut_at_any_byte_gives_the_whole_records_before_the_cut(tmp_path: Path) -> None:
    written = orders(12)
    write(tmp_path / "data", written)
    content = only_journal(tmp_path / "data").read_bytes()
    ends = [frame.end for frame in read_frames(content)[0]]
    states = [state_bytes(engine_after(written[:count])) for count in range(len(written) + 1)]
    path = copied(tmp_path / "data", tmp_path / "cut")
    for length in range(len(content), -1, -1):
        truncate(only_journal(path), length)
        whole = sum(end <= length for end in ends) - 1  # the header is none
        recovery = recovered(path)
        assert recovery.sequence == max(0, whole)
        assert state_bytes(recovery.replay.engine) == states[max(0, whole - 1)]  # the first record is the start
        torn = length - max([0, *(end for end in ends if end <= length)])
        assert (recovery.torn.byte_count if recovery.torn else 0) == torn


def test_what_was_cut_off_is_gone_and_the_journal_goes_on_behind_the_cut(tmp_path: Path) -> None:
    written = orders(6)
    write(tmp_path, written)
    journal = only_journal(tmp_path)
    truncate(journal, journal.stat().st_size - 1)
    opened = open_folder(tmp_path, FOUNDATION)
    opened.unlock()
    (notice,) = opened.notices()
    assert notice.startswith(f"{journal}: cut {opened.recovery.torn.byte_count if opened.recovery.torn else 0} bytes")
    write(tmp_path, written[-1:])
    recovery = recovered(tmp_path)
    assert recovery.torn is None
    assert recovery.replay.starts == 2
    assert state_bytes(recovery.replay.engine) == state_bytes(engine_after(written))


def test_a_flipped_byte_is_refused_in_the_middle_and_cut_at_the_end(tmp_path: Path) -> None:
    written = orders(6)
    write(tmp_path / "data", written)
    journal = only_journal(tmp_path / "data")
    content = journal.read_bytes()
    last = read_frames(content)[0][-1]
    without_last = state_bytes(engine_after(written[:-1]))
    path = copied(tmp_path / "data", tmp_path / "flipped")
    for offset in range(len(content)):
        only_journal(path).write_bytes(flipped(content, offset))
        if offset < last.offset:
            with pytest.raises(DataError) as refused:
                recovered(path)
            assert str(only_journal(path)) in str(refused.value)
        else:
            recovery = recovered(path)
            assert state_bytes(recovery.replay.engine) == without_last
            assert recovery.torn is not None
            assert recovery.torn.offset == last.offset


def flipped(content: bytes, offset: int, mask: int = 0x10) -> bytes:
    return content[:offset] + bytes([content[offset] ^ mask]) + content[offset + 1 :]


def test_damage_in_the_middle_is_told_with_file_offset_rule_and_way_out(tmp_path: Path) -> None:
    write(tmp_path, orders(6))
    journal = only_journal(tmp_path)
    frame = read_frames(journal.read_bytes())[0][3]
    journal.write_bytes(flipped(journal.read_bytes(), frame.end - 1))
    with pytest.raises(DataError) as refused:
        recovered(tmp_path)
    assert str(refused.value) == (
        f"{journal}: damaged at byte {frame.offset}: a record's checksum does not match its content, and only a "
        "journal's last write may be incomplete; restore the folder from a copy, or start anew with another folder"
    )


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_damaged_snapshot_is_replaced_by_the_one_before_it_and_the_journal(data: st.DataObject) -> None:
    written = orders(20)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        write(path, written)
        snapshot_at(path, 10)
        snapshot_at(path, 20)
        newest = Folder(path).snapshots()[-1].path
        content = newest.read_bytes()
        newest.write_bytes(flipped(content, data.draw(st.integers(0, len(content) - 1))))
        recovery = recovered(path)
        assert (recovery.snapshot_sequence, recovery.unreadable) == (10, [newest.name])
        assert state_bytes(recovery.replay.engine) == state_bytes(engine_after(written))


def test_a_damaged_snapshot_is_set_aside_and_the_good_one_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = orders(30)
    write(tmp_path, written)
    folder = Folder(tmp_path)
    snapshot_at(tmp_path, 10)
    snapshot_at(tmp_path, 20)
    damaged = folder.snapshots()[-1].path
    damaged.write_bytes(flipped(damaged.read_bytes(), damaged.stat().st_size - 1))
    snapshot_at(tmp_path, 25)
    remove_outdated(folder)
    assert [snapshot.sequence for snapshot in folder.snapshots()] == [10, 25]
    assert not damaged.exists()
    aside = damaged.with_name(damaged.name + ".damaged")
    assert aside.exists()
    assert capsys.readouterr().err == f"{aside}: was damaged, and is set aside now that a newer snapshot is safe\n"
    folder.snapshots()[-1].path.write_bytes(b"")
    assert recovered(tmp_path).snapshot_sequence == 10
    assert state_bytes(recovered(tmp_path).replay.engine) == state_bytes(engine_after(written))


def test_a_damaged_snapshot_is_replaced_where_a_new_one_has_its_name(tmp_path: Path) -> None:
    write(tmp_path, orders(30))
    folder = Folder(tmp_path)
    snapshot_at(tmp_path, 10)
    snapshot_at(tmp_path, 20)
    folder.snapshots()[-1].path.write_bytes(b"")
    snapshot_at(tmp_path, 20)
    assert [snapshot.sequence for snapshot in folder.snapshots()] == [10, 20]
    assert recovered(tmp_path).snapshot_sequence == 20


def test_segments_make_one_chain_and_the_old_ones_go_when_two_newer_snapshots_are_safe(tmp_path: Path) -> None:
    written = orders(30)
    with store(tmp_path) as (_, served):
        for number, command in enumerate(written):
            served.journal.append(command)
            if number % 10 == 9:
                served.journal.begin_segment()
            served.journal.when_durable(lambda: None)
    segments = [segment.sequence for segment in Folder(tmp_path).journals()]
    assert len(segments) == len(written) // 10 + 1
    assert state_bytes(recovered(tmp_path).replay.engine) == state_bytes(engine_after(written))
    for sequence in segments[1:]:
        snapshot_at(tmp_path, sequence)
        remove_outdated(Folder(tmp_path))
    assert [segment.sequence for segment in Folder(tmp_path).journals()] == segments[-2:]
    assert [snapshot.sequence for snapshot in Folder(tmp_path).snapshots()] == segments[-2:]
    assert state_bytes(recovered(tmp_path).replay.engine) == state_bytes(engine_after(written))


def test_a_segment_that_was_just_begun_may_be_cut_anywhere(tmp_path: Path) -> None:
    before, after = orders(8)[:-1], orders(8)[-1]
    with store(tmp_path / "data") as (_, served):
        for command in before:
            served.journal.append(command)
        served.journal.when_durable(lambda: None)
        served.journal.begin_segment()
        served.journal.append(after)
        served.journal.when_durable(lambda: None)
    length = Folder(tmp_path / "data").journals()[-1].path.stat().st_size
    for cut in range(0, length, 7):
        path = copied(tmp_path / "data", tmp_path / "cut")
        truncate(Folder(path).journals()[-1].path, cut)
        open_folder(path, FOUNDATION).unlock()
        assert state_bytes(recovered(path).replay.engine) == state_bytes(engine_after(before))
        write(path, [after])
        assert state_bytes(recovered(path).replay.engine) == state_bytes(engine_after([*before, after]))


@pytest.mark.slow
def test_a_long_journal_is_recovered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = [
        *OPENING,
        *(msgspec.structs.replace(order, symbol="ETHUSDT") for order in orders(100_000)[len(OPENING) :]),
    ]
    with store(tmp_path) as (_, served):
        for number, command in enumerate(written):
            served.journal.append(command)
            if number % 20 == 0:
                served.journal.when_durable(lambda: None)
    began = time.monotonic()
    recovery = recovered(tmp_path)
    seconds = time.monotonic() - began
    assert recovery.replayed == len(written) + 1
    assert state_bytes(recovery.replay.engine) == state_bytes(engine_after(written))
    with capsys.disabled():
        print(f"\n{recovery.replayed} commands recovered at {recovery.replayed / seconds:.0f} per second")  # noqa: T201


def test_a_missing_segment_is_refused(tmp_path: Path) -> None:
    write(tmp_path, orders(10))
    snapshot_at(tmp_path, 5)
    only_journal(tmp_path).unlink()
    with pytest.raises(DataError, match="the journal must go on after record 5"):
        recovered(tmp_path)


def test_the_folder_of_another_exchange_is_refused_with_what_differs(tmp_path: Path) -> None:
    write(tmp_path, orders(3))
    for name, value, said in (
        ("seed", 8, "the seed is 7 there and 8"),
        ("fees", {"maker_ppm": 1}, "fees maker_ppm is 70001 there and 1"),
    ):
        other = msgspec.structs.replace(FOUNDATION, **{name: value})
        with pytest.raises(DataError, match="belongs to another exchange") as refused:
            list(JournalReader(Folder(tmp_path), other, after=0))
        assert said in str(refused.value)


def test_two_exchanges_never_share_a_folder(tmp_path: Path) -> None:
    with store(tmp_path), pytest.raises(DataInUseError, match="another exchange serves from this folder"):
        open_folder(tmp_path, FOUNDATION)
    open_folder(tmp_path, FOUNDATION).unlock()


def test_what_cannot_be_a_folder_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="it must be a folder that can be written"):
        open_folder(file, FOUNDATION)
