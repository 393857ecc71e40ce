"""What a browser makes of subtitles: Chromium's own `<track>`."""

import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from pipeline.export.run import Exported
from tests.pipeline.export.hard_texts import HARD_LABELS, HARD_SPEAKER, HARD_TEXT

pytestmark = [pytest.mark.readers, pytest.mark.timeout(120)]

PAGE = """<!doctype html><meta charset="utf-8"><video><track default src="a.vtt"></video>
<pre></pre><script>
const track = document.querySelector("track");
track.addEventListener("load", () => {
  const cues = [...track.track.cues].map((cue) => {
    const shown = document.createElement("div");
    shown.append(cue.getCueAsHTML());
    const { startTime: start, endTime: end } = cue;
    return { start, end, text: shown.innerText, marks: shown.innerHTML };
  });
  document.querySelector("pre").textContent = JSON.stringify(cues);
});
track.track.mode = "hidden";
</script>"""


def test_chromium_shows_texts_speakers_and_emotions(
    exported: Callable[..., tuple[Path, Exported]], tmp_path: Path
) -> None:
    chromium = shutil.which("chromium") or pytest.fail("install Chromium (Debian: chromium)")
    out, _ = exported("webvtt")
    (out / "page.html").write_text(PAGE, "utf-8")
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(out))
    )
    Thread(target=server.serve_forever, daemon=True).start()
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync")
    more = ("--disable-background-networking", "--disable-component-update")
    done = subprocess.run(
        [
            *(chromium, *options, *more, f"--user-data-dir={tmp_path / 'profile'}"),
            *("--virtual-time-budget=10000", "--dump-dom"),
            f"http://127.0.0.1:{server.server_port}/page.html",
        ],
        check=True,
        capture_output=True,
        text=True,
        timeout=100,
    )
    server.shutdown()
    found = re.search("<pre>(.*)</pre>", done.stdout, re.DOTALL)
    assert found is not None
    first, second = json.loads(html.unescape(found.group(1)))
    assert (first["start"], first["end"]) == (1, 4)
    assert (second["start"], second["end"]) == (3.5, 8)
    text, emotions = HARD_TEXT.replace("\n\n", "\n"), ", ".join(HARD_LABELS)
    assert first["text"] == f"{text}\n{emotions}"
    assert f'<span title="{html.escape(HARD_SPEAKER)}">' in first["marks"]
    assert f'<span class="emotion">{html.escape(emotions, quote=False)}' in first["marks"]
