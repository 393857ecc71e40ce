"""Subtitles, read back by a reader that we have."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pysubs2

from pipeline.export.order import Order
from pipeline.export.run import Exported, export

Make = Callable[..., Any]
Export = Callable[..., tuple[Path, Exported]]


def test_srt_is_read_back_whole_but_for_the_marks_that_it_has(exported: Export) -> None:
    out, told = exported("srt")
    first, second = pysubs2.load(str(out / "a.srt"))
    assert (first.start, first.end) == (1000, 4000)
    assert (second.start, second.end) == (3500, 8000)
    assert first.plaintext == (
        'Ann & ‹Ben›: He said: "it\'s ‹b›fine‹/b›, & so" --› שלום 😀\nsecond, line\n'
        '[can\'t, care, say "so", שמחה, 😀 joy, relief]'
    )
    assert set(told.advice) == {
        "1 rows without text and labels have no cue",
        "2 texts have ‹ › ( ) for < > { }, which SRT takes for marks",
    }
    assert {path.name for path in out.glob("*.srt")} == {"a.srt", "b.srt"}


def test_webvtt_escapes_what_would_end_a_cue_or_begin_a_mark(exported: Export) -> None:
    out, _ = exported("webvtt")
    text = (out / "a.vtt").read_text("utf-8")
    assert text.startswith("WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.000\n")
    assert text.count("-->") == 2
    assert "<v Ann &amp; &lt;Ben&gt;>He said: " in text
    assert '&lt;b&gt;fine&lt;/b&gt;, &amp; so" --&gt; שלום 😀\nsecond, line</v>\n' in text
    assert "<c.emotion>fear</c>\n" in text
    first, _ = pysubs2.load(str(out / "a.vtt"))
    assert (first.start, first.end) == (1000, 4000)


def test_an_utterance_without_length_has_a_cue_that_readers_show(
    write_run: Make, make_annotation: Make, make_utterance: Make, tmp_path: Path
) -> None:
    brief = make_annotation("a", utterances=[make_utterance(0, 3661.5, 3661.5, text="Oh.")])
    export(write_run([brief], failures=[]), str(tmp_path / "out"), Order("webvtt"))
    text = (tmp_path / "out" / "a.vtt").read_text()
    assert "01:01:01.500 --> 01:01:01.501\nOh.\n" in text
