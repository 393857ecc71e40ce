"""The page in a real browser, by the keyboard, as a reviewer uses it."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.reviews import read_decisions
from tests.clips import tone, write_clip
from tests.pipeline.conftest import annotation, curves, event, strip, utterance
from tests.pipeline.review.conftest import Client, Serve, row_of

pytestmark = pytest.mark.browser

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
Write = Callable[..., DatasetFolder]
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="pip install 'microemo[browser]'")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no chromium on the path")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(_QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser: Any) -> Iterator[Open]:
    """Opens a review as somebody, and holds that nothing on the page failed."""
    faults: list[str] = []
    contexts = []

    def begin(address: str, reviewer: str = "anna", **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on(
            "console",
            lambda told: faults.append(told.text) if told.type in ("error", "warning") else None,
        )
        page.on("request", lambda asked: _require_own(faults, address, asked.url))
        page.goto(address)
        if reviewer and page.locator("#who[open]").count() == 0:
            page.wait_for_selector("#who[open]")
        if reviewer:
            page.keyboard.type(reviewer)
            page.keyboard.press("Enter")
            page.wait_for_selector(".row[aria-current], #rows .none", state="attached")
        return page

    yield begin
    for context in contexts:
        context.close()
    assert faults == []


def _require_own(faults: list[str], address: str, url: str) -> None:
    if not url.startswith((address, "data:")):
        faults.append(f"asked for {url}")


@pytest.fixture
def folder(write_run: Write, clip: Path) -> DatasetFolder:
    faces = [
        {
            "track_id": track,
            "start_s": 0.0,
            "end_s": 4.0,
            "coverage": 1.0,
            "score": 0.9,
            "box": [0.1 + 0.4 * track, 0.2, 0.4 + 0.4 * track, 0.8],
            "box_times_s": [0.0, 2.0, 4.0],
            "boxes": [1000 + 4000 * track, 2000, 4000 + 4000 * track, 8000] * 3,
        }
        for track in (0, 1)
    ]
    row = row_of(
        clip,
        faces=faces,
        micro_events=[event(0, 0.8, 1.0, strip=strip()), event(1, 2.4, 2.8)],
        face_events=[],
        face_curves=[curves(0, 4)],
    )
    for one in row["utterances"]:
        one["speaker_track"] = 0
    return write_run([row], failures=[])


def _time(page: Any) -> float:
    return float(page.evaluate("document.getElementById('video').currentTime"))


def _moves(page: Any) -> None:
    """Wait until the clip has been seen at two times."""
    now = page.locator("#now")
    _expect(now).not_to_have_text("0:00.00")
    _expect(now).not_to_have_text(now.inner_text())


def _expect(part: Any) -> Any:
    """Waits; the page's own policy keeps the driver from waiting for an expression."""
    from playwright.sync_api import expect

    return expect(part)


def _is_empty(page: Any) -> None:
    """Wait until nothing is left to do."""
    _expect(page.locator("#empty")).to_be_visible()


def test_a_reviewer_opens_plays_corrects_and_finds_it_again(
    serve: Serve, folder: DatasetFolder, opened: Open
) -> None:
    client = serve(folder)
    page = opened(client.address)
    assert page.locator(".row[aria-current]").get_attribute("data-unit") == "talk.mp4#u1"
    _moves(page)
    for _ in range(20):  # it loops over the utterance, from 2.0 to 3.5 s
        assert 1.9 <= _time(page) <= 3.6
        page.evaluate("new Promise(requestAnimationFrame)")
    page.keyboard.press("l")
    page.keyboard.press("Backspace")
    page.keyboard.type("bre")
    assert "breathless" in page.locator("#label-offers").inner_html()
    page.keyboard.type("ath held, it's")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert "Save correction" in page.locator("#accept").inner_text()
    page.keyboard.press("a")
    page.wait_for_selector(".row[aria-current][data-unit='talk.mp4#u0']")
    (kept,) = read_decisions(folder)
    assert (kept.reviewer, kept.verdict, kept.labels) == (
        "anna",
        "corrected",
        ("breath held", "it's"),
    )
    assert 0 < kept.seconds < 600
    page.reload()
    page.locator("[data-queue=mine]").click()
    page.wait_for_selector(".row[aria-current][data-unit='talk.mp4#u1']")
    assert page.locator(".label-field .chip bdi").all_inner_texts() == ["breath held", "it's"]
    assert page.locator("#unit-head .verdict-word").inner_text() == "corrected"


def test_all_is_done_by_keys(serve: Serve, folder: DatasetFolder, opened: Open) -> None:
    page = opened(serve(folder).address)
    _moves(page)
    page.keyboard.press(" ")
    _expect(page.locator("#play")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("]")
    _expect(page.locator("#now")).to_have_text("0:02.40")
    page.keyboard.press("]")
    _expect(page.locator("#now")).to_have_text("0:02.60")
    page.keyboard.press(".")
    _expect(page.locator("#now")).to_have_text("0:02.66")
    page.keyboard.press("s")
    assert page.locator("#speed").input_value() == "0.5"
    page.keyboard.press("i")
    assert page.locator("#editor input[type=number]").first.input_value() == "2.660"
    page.keyboard.press("f")
    assert page.locator("#face").input_value() == "1"
    assert page.locator(".box.is-chosen span").inner_text() == "1"
    page.keyboard.press("d")
    page.keyboard.type("A jaw drops. ar")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".row[aria-current][data-unit='talk.mp4#u0']")
    kept = read_decisions(folder)[0]
    assert (kept.verdict, kept.start_s, kept.speaker_track) == ("corrected", 2.66, 1)
    assert "A jaw drops. ar" in (kept.description or "")
    page.keyboard.press("r")
    _is_empty(page)
    page.keyboard.press("z")
    page.wait_for_selector(".row[aria-current][data-unit='talk.mp4#u0']")
    assert [one.verdict for one in read_decisions(folder)] == ["corrected", "rejected", "withdrawn"]
    page.keyboard.press("c")
    page.keyboard.type("who speaks?")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#others .remark")
    page.keyboard.press("?")
    _expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("oh")
    _expect(page.locator(".row")).to_have_count(1)


def test_what_was_begun_and_not_saved_is_back_when_one_comes_back(
    serve: Serve, folder: DatasetFolder, opened: Open
) -> None:
    page = opened(serve(folder).address)
    page.keyboard.press("l")
    page.keyboard.type("half a thought,")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.wait_for_selector(".row[aria-current][data-unit='talk.mp4#u0']")
    page.keyboard.press("k")
    page.wait_for_selector(".row[aria-current][data-unit='talk.mp4#u1']")
    _expect(page.locator(".label-field .chip bdi").last).to_have_text("half a thought")
    assert "not saved yet" in page.locator("#others").inner_text()
    page.keyboard.press("a")
    page.wait_for_selector(".row[aria-current][data-unit='talk.mp4#u0']")
    assert read_decisions(folder)[0].labels == ("fear", "half a thought")


def test_hostile_text_is_shown_and_does_nothing(
    write_run: Write, serve: Serve, clip: Path, opened: Open
) -> None:
    evil = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
    turned = "\u202egnp.evil"
    long = "word " * 200_000
    said = {"text": f"{evil}{turned}", "description": long, "speaker": evil}
    spoken = utterance(0, 0.5, 1.5, labels=[evil, turned], label_confidence=[0.5, 0.5], **said)
    row = row_of(
        clip,
        f"{evil}/talk.mp4",
        utterances=[spoken],
        warnings=[evil, long],
        extra=[{"key": evil, "value": evil}],
        micro_events=[event(0, 0.8, 1.0, movement=evil, region=evil)],
        face_events=[],
        face_curves=[],
    )
    client = serve(write_run([row], failures=[]))
    page = opened(client.address, reviewer="<b>anna</b>")
    _moves(page)
    assert page.title() == "Review"
    assert page.locator("#panel script, #panel img, #rows img").count() == 0
    assert evil in page.locator(".label-field .chip bdi").first.inner_text()
    assert "\u202e" not in page.locator("body").inner_text()
    assert page.locator("#reviewer").inner_text() == "<b>anna</b>"
    more = page.locator(".warnings .more")
    assert "Show more" in more.inner_text()
    more.click()
    assert len(page.locator(".warnings").inner_text()) > 20_000
    page.keyboard.press("a")
    _is_empty(page)


def test_two_who_decide_blindly_are_adjudicated_side_by_side(
    serve: Serve, folder: DatasetFolder, opened: Open
) -> None:
    client = serve(folder, double=1.0)
    client.decide("talk.mp4#u1", "anna", verdict="corrected", labels=["joy"])
    page = opened(client.address, reviewer="ben")
    assert "blind" in page.locator("#unit-head").inner_text()
    assert "joy" not in page.locator("body").inner_text()
    client.decide("talk.mp4#u1", "ben", verdict="corrected", labels=["fear", "awe"])
    other = opened(client.address, reviewer="cleo")
    other.locator("[data-queue=disputed]").click()
    other.wait_for_selector(".sides")
    sides = other.locator(".sides").inner_text()
    assert "joy" in sides
    assert "awe" in sides
    assert not re.search("anna|ben", sides)
    other.keyboard.press("2")
    assert other.locator(".label-field .chip bdi").all_inner_texts() == ["fear", "awe"]
    other.keyboard.press("a")
    _is_empty(other)
    assert client.unit("talk.mp4#u1")["state"] == "corrected"


def test_a_codec_that_browsers_lack_is_played_as_a_cut(
    write_run: Write, serve: Serve, tmp_path: Path, opened: Open
) -> None:
    clip = write_clip(tmp_path / "a.mkv", seconds=4, codec="libx265", audio=tone())
    row = row_of(clip, start_s=1.0, utterances=[utterance(0, 2.0, 3.0)])
    page = opened(serve(write_run([row], failures=[])).address)
    _moves(page)
    assert 0.9 <= _time(page) <= 2.1  # the cut begins at 1 s of the file
    shown = page.locator("#now").inner_text()
    assert re.fullmatch(r"0:0[23]\.\d\d", shown)


def test_a_clip_that_is_gone_leaves_the_rest(
    serve: Serve, folder: DatasetFolder, clip: Path, opened: Open
) -> None:
    clip.unlink()
    page = opened(serve(folder).address)
    assert "cannot be shown" in page.locator("#no-video").inner_text()
    assert "Never." in page.locator("#transcript").inner_text()
    page.keyboard.press("a")
    page.wait_for_selector(".row[aria-current][data-unit='talk.mp4#u0']")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_text_stands_out(
    serve: Serve, folder: DatasetFolder, opened: Open, scheme: str
) -> None:
    client = serve(folder)
    page = opened(
        client.address,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        color_scheme=scheme,
    )
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator("#queue-toggle").click()
    page.wait_for_selector("#queue .row", state="visible")
    page.locator(".row").first.click()
    assert page.locator("#accept").is_visible()
    faint = page.evaluate(_FAINT)
    assert faint == []


_FAINT = """
() => {
  const shade = (colour) => {
    const [r, g, b] = colour.map((one) => {
      const share = one / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const own = getComputedStyle(one);
      const found = numbers(own.backgroundColor);
      if (own.backgroundImage !== 'none') return null;
      if (!own.backgroundColor.startsWith('rgb')) return null;
      if (found.length < 4 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const one of document.querySelectorAll('main *, header *')) {
    const text = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!text || !one.checkVisibility() || one.closest(':disabled')) continue;
    const [own, behind] = [numbers(getComputedStyle(one).color), ground(one)];
    if (!behind) continue;
    const [light, dark] = [shade(own.slice(0, 3)), shade(behind.slice(0, 3))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) faint.push(`${one.tagName}.${one.className}: ${ratio.toFixed(2)}`);
  }
  return faint;
}
"""


def test_hundreds_of_utterances_are_walked_through_by_pages(
    write_run: Write, serve: Serve, clip: Path, opened: Open
) -> None:
    rows = [annotation(f"{number:03}", utterances=[utterance(0, 1, 2)]) for number in range(120)]
    client: Client = serve(write_run(rows, failures=[]))
    page = opened(client.address)
    assert page.locator(".row").count() == 50
    page.locator("#page-on").click()
    _expect(page.locator("#page-where")).to_have_text("51–100 of 120")
    page.locator(".row").last.click()
    page.wait_for_selector(".row[aria-current][data-unit='099#u0']")
    page.keyboard.press("j")
    page.wait_for_selector(".row[aria-current][data-unit='100#u0']")
    page.keyboard.press("k")
    page.wait_for_selector(".row[aria-current][data-unit='099#u0']")
