"""Turns spoken by a program named espeak-ng: a small one that stands in for it here."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from jobs.synthesize.plan import Delivery
from jobs.synthesize.speech import espeak
from jobs.synthesize.speech.espeak import speak_with_espeak
from jobs.synthesize.speech.timing import lay_out
from jobs.synthesize.speech.track import speak, voice_at_hand
from stages.faults import SetupError
from tests.jobs.synthesize.dialogues import dialogue, person, turn

# A tone that lasts as the speed asks, between silences, in a WAV whose length is not known.
_SPEAKS = """
import array, math, struct, sys
arguments = sys.argv[1:]
with open(LOG, "a") as log:
    print("\\t".join(arguments), file=log)
speed = int(arguments[arguments.index("-s") + 1])
length = round(22050 * 2.0 * 175 / speed)
tone = [round(9000 * math.sin(n / 20)) for n in range(length)]
body = array.array("h", [0] * 2000 + tone + [0] * 5000).tobytes()
size = 0x7FFFF000
header = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", size + 36, b"WAVE", b"fmt ", 16, 1, 1, 22050,
                     44100, 2, 16, b"data", size)
sys.stdout.buffer.write(header + body)
"""


def _install(folder: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> Path:
    """Put a program on the path as espeak-ng; returns where it notes its arguments."""
    log = folder / "calls.tsv"
    program = folder / "espeak-ng"
    program.write_text(f"#!{sys.executable} -IS\nLOG = {str(log)!r}\n{source}")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return log


def _calls(log: Path) -> list[list[str]]:
    return [line.split("\t") for line in log.read_text().splitlines()]


@pytest.mark.parametrize("seconds", [1.0, 1.99, 2.5])
def test_a_turn_lasts_as_long_as_planned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    _install(tmp_path, monkeypatch, _SPEAKS)
    sound = speak_with_espeak(turn("Anything."), person(), seconds, 24_000)
    assert sound.shape == (round(seconds * 24_000),)
    heard = np.flatnonzero(np.abs(sound) > 0.05)
    assert heard[0] < 0.01 * 24_000  # what was silent before it is gone
    assert sound.size - heard[-1] < 0.04 * 24_000


def test_the_speed_is_corrected_by_what_the_first_try_took(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = _install(tmp_path, monkeypatch, _SPEAKS)
    speak_with_espeak(turn("Anything."), person(), 1.0, 24_000)
    assert [call[call.index("-s") + 1] for call in _calls(log)] == ["175", "350"]


def test_text_is_never_taken_for_an_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = _install(tmp_path, monkeypatch, _SPEAKS)
    speak_with_espeak(turn("-v $(reboot)"), person(), 2.0, 24_000)
    assert _calls(log)[0][-2:] == ["--", "-v $(reboot)"]


def test_voice_and_pitch_are_those_of_person_and_delivery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = _install(tmp_path, monkeypatch, _SPEAKS)
    for masculinity, pitch in ((0.0, 1.0), (0.0, 1.3), (1.0, 1.0)):
        said = turn("Anything.", delivery=Delivery(pitch=pitch))
        speak_with_espeak(said, person(masculinity=masculinity), 2.0, 24_000)
    plain, high, man = ({call[i]: call[i + 1] for i in (2, 4, 6)} for call in _calls(log))
    assert plain["-v"] == high["-v"] != man["-v"]
    assert int(plain["-p"]) < int(high["-p"])


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import sys; sys.exit('no voice of that name')", "no voice of that name"),
        ("", "it wrote no sound"),
        (_SPEAKS.replace("9000 *", "0 *"), "it gives silence"),
        ("import time; time.sleep(60)", "it was not done"),
    ],
)
def test_a_program_that_does_not_speak_is_named_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, reason: str
) -> None:
    _install(tmp_path, monkeypatch, source)
    if reason == "it was not done":
        monkeypatch.setattr(espeak, "_LONGEST_S", 0.3)
    with pytest.raises(SetupError, match=f"espeak-ng: .*{reason}.*without it"):
        speak_with_espeak(turn("Anything."), person(), 2.0, 24_000)


def test_espeak_is_taken_where_it_is_installed_and_the_times_stay_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = dialogue("It is what it is.")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert voice_at_hand() == "stand-in"
    layout = lay_out(of, np.random.default_rng(0))
    _install(tmp_path, monkeypatch, _SPEAKS)
    assert lay_out(of, np.random.default_rng(0)) == layout
    sound = speak(of, layout.spans, layout.duration_s, np.random.default_rng(1))
    assert sound.voice == "espeak-ng"
