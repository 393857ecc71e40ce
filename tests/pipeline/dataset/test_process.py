"""Whether a process still runs is said only where it can be seen."""

import subprocess
import sys

from pipeline.dataset.process import is_dead, this_process


def test_a_process_that_runs_is_alive_and_one_that_ended_is_dead() -> None:
    here = this_process()
    assert is_dead(here._asdict(), here) is False
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert is_dead({**here._asdict(), "pid": ended.pid}, here) is True


def test_a_number_given_again_is_another_process() -> None:
    here = this_process()
    assert is_dead({**here._asdict(), "started": "1"}, here) is True


def test_elsewhere_nothing_can_be_seen() -> None:
    here = this_process()
    assert is_dead({**here._asdict(), "place": "another kernel"}, here) is None
    assert is_dead({"host": here.host, "pid": here.pid, "beat": 0}, here) is None
    assert is_dead(here._asdict(), here._replace(place="")) is None
