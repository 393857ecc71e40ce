"""Decisions on disk: what was told to be kept is read back, whoever else writes or dies."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.reviews.decision import Decision
from pipeline.reviews.store import DecisionLog, DecisionReader, read_decisions
from stages.faults import SetupError

Decide = Callable[..., Decision]

_WRITE_UNTIL_KILLED = """
import sys
from pipeline.dataset.folder import DatasetFolder
from pipeline.reviews.decision import Decision
from pipeline.reviews.store import DecisionLog

log = DecisionLog(DatasetFolder(sys.argv[1]))
while True:
    decision = Decision(reviewer="anna", video_id="a", window_index=0, utterance_index=0,
                        row_start_s=0, row_end_s=1, verdict="accepted", labels=("joy",))
    log.add(decision)
    print(decision.id, flush=True)
"""


def test_decisions_come_back_as_they_were_made_and_in_their_order(
    tmp_path: Path, decide: Decide
) -> None:
    folder = DatasetFolder(str(tmp_path))
    made = [
        decide(labels=["it's", "a, b"], comment="line\nbreak \u202e <b>"),
        decide(verdict="unsure"),
    ]
    log = DecisionLog(folder)
    for decision in made:
        log.add(decision)
    assert read_decisions(folder) == made


def test_nothing_is_made_before_the_first_decision(tmp_path: Path) -> None:
    folder = DatasetFolder(str(tmp_path))
    DecisionLog(folder)
    assert list(tmp_path.iterdir()) == []
    assert read_decisions(folder) == []


def test_logs_of_several_processes_and_threads_keep_all(tmp_path: Path, decide: Decide) -> None:
    folder = DatasetFolder(str(tmp_path))
    logs = [DecisionLog(folder) for _ in range(2)]
    made = [decide(utterance_index=number) for number in range(60)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda pair: logs[pair[0] % 2].add(pair[1]), enumerate(made)))
    assert {decision.id for decision in read_decisions(folder)} == {one.id for one in made}


def test_what_a_killed_process_told_of_is_kept(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _WRITE_UNTIL_KILLED, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as writer:
        assert writer.stdout is not None
        told = [writer.stdout.readline().strip() for _ in range(20)]
        os.kill(writer.pid, signal.SIGKILL)
        told += [line.strip() for line in writer.stdout if line.endswith("\n")]
    kept = {decision.id for decision in read_decisions(DatasetFolder(str(tmp_path)))}
    assert kept.issuperset(told)


def test_half_a_line_that_a_killed_process_left_is_passed_by(
    tmp_path: Path, decide: Decide
) -> None:
    folder = DatasetFolder(str(tmp_path))
    DecisionLog(folder).add(decide())
    (path,) = (tmp_path / "reviews").iterdir()
    path.write_bytes(path.read_bytes() + b'{"id": "00')
    assert len(read_decisions(folder)) == 1


def test_a_whole_line_that_is_no_decision_is_named(tmp_path: Path, decide: Decide) -> None:
    folder = DatasetFolder(str(tmp_path))
    DecisionLog(folder).add(decide())
    (path,) = (tmp_path / "reviews").iterdir()
    path.write_bytes(path.read_bytes() + b'{"reviewer": "anna"}\n')
    with pytest.raises(SetupError, match=rf"{path.name}, line 2: is no decision: video_id"):
        read_decisions(folder)


def test_an_object_store_keeps_each_decision_as_an_object(decide: Decide) -> None:
    folder = DatasetFolder("memory://reviewed")
    log = DecisionLog(folder)
    made = [decide(), decide(verdict="rejected")]
    for decision in made:
        log.add(decision)
    assert read_decisions(folder) == made


def test_a_reader_gives_each_decision_once_as_they_are_made(tmp_path: Path, decide: Decide) -> None:
    folder = DatasetFolder(str(tmp_path))
    reader, log = DecisionReader(folder), DecisionLog(folder)
    made = [decide(), decide(), decide()]
    assert list(reader.new()) == []
    log.add(made[0])
    assert list(reader.new()) == made[:1]
    log.add(made[1])
    DecisionLog(folder).add(made[2])
    assert {one.id for one in reader.new()} == {made[1].id, made[2].id}
    assert list(reader.new()) == []


def test_a_reader_waits_for_the_rest_of_a_line(tmp_path: Path, decide: Decide) -> None:
    folder = DatasetFolder(str(tmp_path))
    reader = DecisionReader(folder)
    decision = decide()
    line = decision.model_dump_json().encode() + b"\n"
    path = tmp_path / "reviews" / "other.jsonl"
    path.parent.mkdir()
    path.write_bytes(line[:40])
    assert list(reader.new()) == []
    path.write_bytes(line)
    assert list(reader.new()) == [decision]


def test_a_reader_reads_an_object_once(decide: Decide) -> None:
    folder = DatasetFolder("memory://followed")
    reader, log = DecisionReader(folder), DecisionLog(folder)
    made = [decide(), decide()]
    log.add(made[0])
    assert list(reader.new()) == made[:1]
    log.add(made[1])
    assert list(reader.new()) == made[1:]
