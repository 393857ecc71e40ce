"""Which lines of a table are about a video: by what the table calls it, and never by guessing.

A line of another clip is worse than none. So a video that no line names has no line, a name that
fits two is refused, and all lines of a table are a video's only where nothing says that the table
is of several.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from stages.transcribe.cues import NotATranscript
from stages.transcribe.transcripts.dialogue_csv import Line, Table, number
from stages.transcribe.transcripts.table_doubts import is_like_an_id, sign_of_many
from stages.transcribe.transcripts.table_keys import (
    Id,
    Video,
    agreement,
    ids_of,
    key_of,
    lines_by,
    pairs_of,
    without_ending,
)


class Bond(Enum):
    """What ties a table to a video."""

    NAMED = "the table has the video's name"
    GIVEN = "it was given for this video"
    SHARED = "it was given for several videos"


class Clock(Enum):
    """What the times of the chosen lines count from."""

    VIDEO = "the start of the video"
    FIRST = "the start of the first of the lines"
    CLIP = "the start of the line: the video is that one utterance"
    ONE = "the start of the video or, where that cannot be, of the line: the video has one line"


@dataclass(frozen=True)
class Chosen:
    """The lines of a video."""

    lines: Sequence[Line]
    clock: Clock


_MELD_CLIP = re.compile(r"dia(\d+)_utt(\d+)$", re.IGNORECASE)
_MELD_DIALOGUE = re.compile(r"dia(\d+)$", re.IGNORECASE)
_SEASON = r"s(?:ea|eason)?[ _-]?(?P<season>\d{1,3})[ _.-]?e(?:p|pisode)?[ _-]?(?P<episode>\d{1,3})"
_SCENE = r"[ _.-]?(?:sc|scene|c)[ _-]?(?P<scene>\d{1,4})"
_UTTERANCE = r"[ _.-]?(?:u|utt|utterance)[ _-]?(?P<utterance>\d{1,5})"
_SCENE_CLIP = re.compile(rf"(?<![a-z]){_SEASON}{_SCENE}{_UTTERANCE}$", re.IGNORECASE)
_SCENE_WHOLE = re.compile(rf"(?<![a-z]){_SEASON}{_SCENE}$", re.IGNORECASE)
_EPISODE = re.compile(r"s(?P<season>\d{1,2})e(?P<episode>\d{1,2})(?!\d)", re.IGNORECASE)
_PIECE = re.compile(
    r"(?:utt|utterance|clip|seg|segment|sc|scene|dia|dialogue|turn|line|part)[ _-]?\d+",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\$_\$|_+|-|#|\.|\[|\s+")  # a video's id and a clip's


def lines_about(table: Table, path: str, bond: Bond) -> Chosen:
    """The lines of `table` that are about the video at `path`, at least one.

    Args:
        table: of the video or of a whole corpus.
        path: of the video; its name and its folders are compared with the ids.
        bond: how table and video came together.

    Raises:
        NotATranscript: no line is for this video, or nobody can tell which.
    """
    video = Video.at(path)
    for choose in (_by_dialogue, _by_scene, _by_episode, _by_pair):
        chosen = choose(table, video)
        if chosen is not None:
            break
    else:
        chosen = (
            _by_name(table, video, bond) or _by_key(table, video, bond) or _all(table, video, bond)
        )
    if not chosen.lines:
        raise _no_line(table, video)
    return chosen


def _by_dialogue(table: Table, video: Video) -> Chosen | None:
    """MELD. Its two-speaker tables call a clip by the old ids: the new ones are of others."""
    old = "old_" if {"old_dialogue", "old_utterance"} <= table.columns else ""
    dialogue, utterance = f"{old}dialogue", f"{old}utterance"
    if {dialogue, utterance} <= table.columns and (found := _MELD_CLIP.search(video.stem)):
        wanted = {dialogue: int(found[1]), utterance: int(found[2])}
        return Chosen(_single(table.numbered(**wanted), video), Clock.CLIP)
    if dialogue in table.columns and (found := _MELD_DIALOGUE.search(video.stem)):
        return Chosen(table.numbered(**{dialogue: int(found[1])}), Clock.FIRST)
    return None


def _by_scene(table: Table, video: Video) -> Chosen | None:
    """EmoryNLP."""
    if "scene" not in table.columns:
        return None
    if "utterance" in table.columns and (found := _SCENE_CLIP.search(video.stem)):
        return Chosen(_single(_numbered(table, found), video), Clock.CLIP)
    if found := _SCENE_WHOLE.search(video.stem):
        return Chosen(_numbered(table, found), Clock.FIRST)
    return None


def _by_episode(table: Table, video: Video) -> Chosen | None:
    found = _EPISODE.search(video.stem)
    if not {"season", "episode"} <= table.columns or found is None:
        return None
    if _PIECE.search(video.stem, found.end()):  # a piece of the episode
        return Chosen((), Clock.VIDEO)
    return Chosen(_numbered(table, found), Clock.VIDEO)


def _numbered(table: Table, found: re.Match[str]) -> list[Line]:
    wanted = {name: int(value) for name, value in found.groupdict().items()}
    return table.numbered(**{name: n for name, n in wanted.items() if name in table.columns})


def _by_pair(table: Table, video: Video) -> Chosen | None:
    """A clip by its video's id and its own, as <video>/<clip>.mp4 or <video>_<clip>.mp4."""
    if not {"video", "clip"} <= table.columns:
        return None
    pairs, videos = pairs_of(table)
    tried = [(video.folder, video.stem)]
    tried += [
        (video.stem[: gap.start()], video.stem[gap.end() :].removesuffix("]"))
        for gap in _BETWEEN.finditer(video.stem)
    ]
    found: dict[tuple[str, str], list[Line]] = {}
    for of_video, of_clip in tried:
        for line in pairs.get((key_of(of_video), key_of(of_clip)), ()):
            found.setdefault((line["video"], line["clip"]), []).append(line)
    exact = {pair: lines for pair, lines in found.items() if pair in tried}
    found = exact or found
    if len(found) > 1:
        raise _ambiguous([f"{of_video} {of_clip}" for of_video, of_clip in found], video)
    if found:
        return Chosen(next(iter(found.values())), Clock.CLIP)
    if key_of(video.folder) in videos and key_of(video.folder) != key_of(video.stem):
        return Chosen((), Clock.CLIP)  # its folder says which video it is of
    return None


def _by_name(table: Table, video: Video, bond: Bond) -> Chosen | None:
    """By a column that names a file, or a clip without its video."""
    ids = ids_of(table, bond is Bond.SHARED)
    agreed: dict[Id, tuple[bool, bool, int]] = {}
    for written in dict.fromkeys((*ids.of(video.name), *ids.of(video.stem))):
        rank = agreement(written.text, video, ids.tell_by_name)
        if rank is not None:
            agreed[written] = rank
    best = [written for written, rank in agreed.items() if rank == max(agreed.values())]
    if not best:
        return None
    if len({without_ending(written.text) for written in best}) > 1:
        raise _ambiguous([written.text for written in best], video)
    lines = list(dict.fromkeys(line for written in best for line in ids.lines[written]))
    if len(lines) > 1 and all(written.is_piece for written in best):
        raise _ambiguous([line.place for line in lines], video)
    return Chosen(lines, Clock.ONE if ids.are_of_one_line else Clock.VIDEO)


def _by_key(table: Table, video: Video, bond: Bond) -> Chosen | None:
    """By a column that nobody knows, whose cells are all different and one is the video's name.

    Raises:
        NotATranscript: a cell is the video's name, but its column does not tell the lines apart.
    """
    if bond is Bond.NAMED or number(video.stem) is not None:
        return None
    for column in table.lines[0].unknown if table.lines else ():
        lines = lines_by(table, column).get(key_of(video.stem))
        if lines is None:
            continue
        if len(lines_by(table, column)) < len(table.lines):
            raise NotATranscript(
                f"has the name {video.stem!r} in its column {column}, which is not known to name "
                "videos. If it does, call it video_id."
            )
        return Chosen(lines, Clock.ONE)
    return None


def _all(table: Table, video: Video, bond: Bond) -> Chosen:
    """All lines, where nothing says that they are of several videos."""
    has_ids = bond is Bond.SHARED and bool({"dialogue", "scene"} & table.columns)
    if has_ids or _names_videos(table, bond):
        raise _no_line(table, video)
    if bond is Bond.SHARED:
        raise NotATranscript(
            "was given for several videos, and no column of it names them. Add a column video_id "
            "with the videos' names, or name another table for each."
        )
    apart = ("season", "episode") if {"season", "episode"} <= table.columns else ("dialogue",)
    if len({tuple(line[column] for column in apart) for line in table.lines}) > 1:
        raise _no_line(table, video)
    if bond is Bond.GIVEN:
        _refuse_if_of_many(table, video)
    if not table.lines:
        raise NotATranscript("has no line under its header")
    return Chosen(table.lines, Clock.VIDEO)


def _names_videos(table: Table, bond: Bond) -> bool:
    """Whether a column says which video a line is of.

    Beside a video, under its name, `name` may as well be who speaks, and then holds no ids.
    """
    if "video" in table.columns:
        return True
    named = (cell.strip() for line in table.lines for cell in line.names)
    if "name" in table.columns and (bond is not Bond.NAMED or any(map(is_like_an_id, named))):
        return True
    own = [column for column in ("clip", "utterance") if column in table.columns]
    return any(
        line[column] and number(line[column]) is None for line in table.lines for column in own
    )


def _refuse_if_of_many(table: Table, video: Video) -> None:
    """Refuse what looks like a table of several clips under names that are not known.

    Raises:
        NotATranscript: its lines are numbered pieces, it has cells like ids, or its times begin
            again.
    """
    if {"dialogue", "scene", "season"} & table.columns and _PIECE.search(video.stem):
        raise _no_line(table, video)
    sign = sign_of_many(table)
    if sign is not None:
        raise NotATranscript(
            f"may be of several clips: {sign}. If it is, give the videos' names in a column "
            f"video_id; if not, name the table {video.stem}.csv and put it beside the video."
        )


def _single(lines: list[Line], video: Video) -> list[Line]:
    """The one line of a clip that is one utterance.

    Raises:
        NotATranscript: there are several, as where tables of several splits were joined.
    """
    if len(lines) > 1:
        raise _ambiguous([line.place for line in lines], video)
    return lines


def _ambiguous(found: Iterable[str], video: Video) -> NotATranscript:
    return NotATranscript(
        f"has several lines that may be meant by {video.stem!r} ({', '.join(list(found)[:5])}), "
        "and it cannot be told which. Give a table in which the name stands once."
    )


def _no_line(table: Table, video: Video) -> NotATranscript:
    return NotATranscript(f"has no line for {video.stem!r}. {_how_names_must_be(table)}")


def _how_names_must_be(table: Table) -> str:
    if {"name", "video", "clip"} & table.columns:
        return "Its video_id (or name, file_name, ...) must be the video's name without the ending."
    if "scene" in table.columns:
        return "Name the clip sea{Season}_ep{Episode}_sc{Scene_ID}_utt{Utterance_ID}."
    return (
        "Name the video dia{Dialogue_ID}_utt{Utterance_ID}, dia{Dialogue_ID} or, where it is "
        "an episode, s{Season}e{Episode}; or give a table of this video alone."
    )
