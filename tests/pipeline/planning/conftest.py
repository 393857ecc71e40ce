"""A folder with every kind of file that a plan names, and what was seen of it."""

from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.manifest import resolve_inputs
from pipeline.manifest.states import with_states
from pipeline.planning.looking import Looked, look
from stages.transcribe import TranscribeConfig
from tests.clips import tone, write_clip


@pytest.fixture(scope="session")
def odd_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    plain = write_clip(folder / "plain.mp4", audio=tone())
    (folder / "twin.mp4").write_bytes(plain.read_bytes())
    write_clip(folder / "silent.mp4")
    write_clip(folder / "turned.mp4", rotation=90, audio=tone())
    write_clip(folder / "tracks.mkv", audio=tone(), audio_tracks=2)
    uneven = [index / 25 + (0.02 if index % 3 == 0 else 0) for index in range(60)]
    write_clip(folder / "uneven.mp4", times=uneven, audio=tone())
    write_clip(folder / "Talk.mp4", seconds=1, audio=tone(300))
    write_clip(folder / "talk.mp4", seconds=1, audio=tone(500))
    (folder / "empty.mp4").write_bytes(b"")
    (folder / "text.mp4").write_text("nothing to see")
    sound_only(folder / "sound.mp4")
    (folder / "silent.srt").write_text("1\n00:00:00,100 --> 00:00:00,900\nHello.\n")
    (folder / "of_nobody.srt").write_text("1\n00:00:00,100 --> 00:00:00,900\nHello.\n")
    return folder


def sound_only(path: Path) -> None:
    import av
    import numpy as np

    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=48_000, layout="mono")
        for _ in range(20):
            frame = av.AudioFrame.from_ndarray(
                np.zeros((1, 960), np.int16), format="s16", layout="mono"
            )
            frame.sample_rate = 48_000
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


@pytest.fixture(scope="session")
def looked(odd_folder: Path) -> list[Looked]:
    rows = with_states(resolve_inputs([str(odd_folder)]).rows)
    return look(rows, load_config("tiny", []).section(TranscribeConfig), lambda more: None)
