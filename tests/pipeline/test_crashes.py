"""How a process ended is read from what it printed."""

import subprocess
import sys

import pytest

from pipeline.crashes import Crash, Crashes

SEGMENTATION = """\
*** SIGSEGV received at time=1795753369 on cpu 0 ***
PC: @     0x7f2b  (unknown)  ff_h264_decode_mb_cabac
    @     0x7f5d  (unknown)  PyObject_Vectorcall
[2026-11-27 04:22:49,358 E 4644 4644] logging.cc:474: *** SIGSEGV received at time=17 on cpu 0 ***
Fatal Python error: Segmentation fault

Stack (most recent call first):
  File "/usr/lib/python3.11/site-packages/stages/decode/reader.py", line 152 in _decoded
  File "/usr/lib/python3.11/site-packages/stages/decode/reader.py", line 120 in _spans
"""


def test_the_signal_and_the_innermost_line_are_told() -> None:
    crashes = Crashes()
    crashes.hear("10.0.0.2", 17, SEGMENTATION.splitlines())
    told = "SIGSEGV in stages/decode/reader.py, line 152, in _decoded"
    assert crashes.found() == [Crash("10.0.0.2", 17, told)]
    assert crashes.found() == []


def test_lines_of_several_processes_may_come_mixed_and_in_pieces() -> None:
    crashes = Crashes()
    lines = SEGMENTATION.splitlines()
    for line, other in zip(lines, [line.replace("SEGV", "BUS") for line in lines], strict=True):
        crashes.hear("10.0.0.2", 17, [line])
        crashes.hear("10.0.0.2", 18, [other])
        crashes.hear("10.0.0.3", 17, ["nothing new"])
    assert [(crash.pid, crash.told[:7]) for crash in crashes.found()] == [
        (17, "SIGSEGV"),
        (18, "SIGBUS "),
    ]


def test_an_error_of_python_is_no_crash() -> None:
    crashes = Crashes()
    crashes.hear("10.0.0.2", 17, ['  File "a.py", line 1, in f', "ValueError: SIGSEGV"])
    assert crashes.found() == []


@pytest.mark.parametrize("call", ["os.abort()", "ctypes.string_at(0)"])
def test_python_itself_says_where_it_was(call: str) -> None:
    program = f"import ctypes, faulthandler, os\nfaulthandler.enable()\n{call}"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    crashes = Crashes()
    crashes.hear("here", 1, ["*** SIGABRT received at time=1", *done.stderr.splitlines()])
    [crash] = crashes.found()
    assert "line" in crash.told
