"""Which lines of a table are about a video: by what the table calls it, and never by guessing.

A line of another clip is worse than none. So a video that no line names has no line, a name that
fits two is refused, and all lines of a table are a video's only where nothing says that the table
is of several.
"""

import mimetypes
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from stages.clock import seconds
from stages.transcribe.cues import NotATranscript
from stages.transcribe.transcripts.dialogue_csv import Line, Table, number


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
_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:[/\\]|[a-z][a-z0-9+.-]*://")
_ID_LIKE = re.compile(r"(?=[^\s]*[^\W\d_])(?=[^\s]*[\d_./-])[^\s]{2,}")
_MEDIA_TYPES = mimetypes.MimeTypes()
_MEDIA_ENDINGS = (  # that the table of types lacks
    "asf",
    "divx",
    "dv",
    "f4v",
    "flac",
    "flv",
    "m2t",
    "m2ts",
    "m4v",
    "mkv",
    "mts",
    "mxf",
    "ogm",
    "ogv",
    "opus",
    "rm",
    "rmvb",
    "ts",
    "vob",
    "webm",
    "wmv",
)


def lines_about(table: Table, path: str, bond: Bond) -> Chosen:
    """The lines of `table` that are about the video at `path`, at least one.

    Args:
        table: of the video or of a whole corpus.
        path: of the video; its name and its folders are compared with the ids.
        bond: how table and video came together.

    Raises:
        NotATranscript: no line is for this video, or nobody can tell which.
    """
    video = _Video.at(path)
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


@dataclass(frozen=True)
class _Video:
    """The path of a video in parts."""

    folders: tuple[str, ...]
    name: str

    @classmethod
    def at(cls, path: str) -> "_Video":
        *folders, name = _parts(path)
        return cls(tuple(folders), name)

    @property
    def stem(self) -> str:
        return self.name.rpartition(".")[0] or self.name

    @property
    def folder(self) -> str:
        return self.folders[-1] if self.folders else ""


def _by_dialogue(table: Table, video: _Video) -> Chosen | None:
    """MELD. Its two-speaker tables call a clip by the old ids: the new ones are of others."""
    old = "old_" if {"old_dialogue", "old_utterance"} <= table.columns else ""
    dialogue, utterance = f"{old}dialogue", f"{old}utterance"
    if {dialogue, utterance} <= table.columns and (found := _MELD_CLIP.search(video.stem)):
        wanted = {dialogue: int(found[1]), utterance: int(found[2])}
        return Chosen(_single(table.numbered(**wanted), video), Clock.CLIP)
    if dialogue in table.columns and (found := _MELD_DIALOGUE.search(video.stem)):
        return Chosen(table.numbered(**{dialogue: int(found[1])}), Clock.FIRST)
    return None


def _by_scene(table: Table, video: _Video) -> Chosen | None:
    """EmoryNLP."""
    if "scene" not in table.columns:
        return None
    if "utterance" in table.columns and (found := _SCENE_CLIP.search(video.stem)):
        return Chosen(_single(_numbered(table, found), video), Clock.CLIP)
    if found := _SCENE_WHOLE.search(video.stem):
        return Chosen(_numbered(table, found), Clock.FIRST)
    return None


def _by_episode(table: Table, video: _Video) -> Chosen | None:
    found = _EPISODE.search(video.stem)
    if not {"season", "episode"} <= table.columns or found is None:
        return None
    if _PIECE.search(video.stem, found.end()):  # a piece of the episode
        return Chosen((), Clock.VIDEO)
    return Chosen(_numbered(table, found), Clock.VIDEO)


def _numbered(table: Table, found: re.Match[str]) -> list[Line]:
    wanted = {name: int(value) for name, value in found.groupdict().items()}
    return table.numbered(**{name: n for name, n in wanted.items() if name in table.columns})


def _by_pair(table: Table, video: _Video) -> Chosen | None:
    """A clip by its video's id and its own, as <video>/<clip>.mp4 or <video>_<clip>.mp4."""
    if not {"video", "clip"} <= table.columns:
        return None
    pairs, videos = _pairs(table)
    tried = [(video.folder, video.stem)]
    tried += [
        (video.stem[: gap.start()], video.stem[gap.end() :].removesuffix("]"))
        for gap in _BETWEEN.finditer(video.stem)
    ]
    found: dict[tuple[str, str], list[Line]] = {}
    for of_video, of_clip in tried:
        for line in pairs.get((_key(of_video), _key(of_clip)), ()):
            found.setdefault((line["video"], line["clip"]), []).append(line)
    exact = {pair: lines for pair, lines in found.items() if pair in tried}
    found = exact or found
    if len(found) > 1:
        raise _ambiguous([f"{of_video} {of_clip}" for of_video, of_clip in found], video)
    if found:
        return Chosen(next(iter(found.values())), Clock.CLIP)
    if _key(video.folder) in videos and _key(video.folder) != _key(video.stem):
        return Chosen((), Clock.CLIP)  # its folder says which video it is of
    return None


def _by_name(table: Table, video: _Video, bond: Bond) -> Chosen | None:
    """By a column that names a file, or a clip without its video."""
    ids = _ids(table, bond is Bond.SHARED)
    agreed: dict[_Id, tuple[bool, bool, int]] = {}
    for written in dict.fromkeys((*ids.of(video.name), *ids.of(video.stem))):
        rank = _agreement(written.text, video, ids.tell_by_name)
        if rank is not None:
            agreed[written] = rank
    best = [written for written, rank in agreed.items() if rank == max(agreed.values())]
    if not best:
        return None
    if len({_without_ending(written.text) for written in best}) > 1:
        raise _ambiguous([written.text for written in best], video)
    lines = list(dict.fromkeys(line for written in best for line in ids.lines[written]))
    if len(lines) > 1 and all(written.is_piece for written in best):
        raise _ambiguous([line.place for line in lines], video)
    return Chosen(lines, Clock.ONE if ids.are_of_one_line else Clock.VIDEO)


def _by_key(table: Table, video: _Video, bond: Bond) -> Chosen | None:
    """By a column that nobody knows, whose cells are all different and one is the video's name.

    Raises:
        NotATranscript: a cell is the video's name, but its column does not tell the lines apart.
    """
    if bond is Bond.NAMED or number(video.stem) is not None:
        return None
    for column in table.lines[0].unknown if table.lines else ():
        lines = _column(table, column).get(_key(video.stem))
        if lines is None:
            continue
        if len(_column(table, column)) < len(table.lines):
            raise NotATranscript(
                f"has the name {video.stem!r} in its column {column}, which is not known to name "
                "videos. If it does, call it video_id."
            )
        return Chosen(lines, Clock.ONE)
    return None


@lru_cache(maxsize=64)
def _column(table: Table, column: str) -> dict[str, list[Line]]:
    """The lines by the cells of a column."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in table.lines:
        found[_key(_without_ending(line.unknown[column]))].append(line)
    return dict(found)


def _agreement(written: str, video: _Video, told_by_name: bool) -> tuple[bool, bool, int] | None:
    """How well an id fits the video, None if its folders are others: name, form, folders."""
    *folders, name = _parts(written)
    same = 0
    for mine, theirs in zip(reversed(video.folders), reversed(folders), strict=False):
        if _key(mine) != _key(theirs):
            break
        same += 1
    all_agree = same == min(len(folders), len(video.folders))
    is_absolute = _ABSOLUTE.match(written.strip()) is not None  # perhaps of another machine
    from_elsewhere = sum((told_by_name, is_absolute, same > 0)) >= 2
    if not all_agree and (not from_elsewhere or number(video.stem) is not None):
        return None
    return name == video.name, name in (video.name, video.stem), same


def _all(table: Table, video: _Video, bond: Bond) -> Chosen:
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
    if "name" in table.columns and (bond is not Bond.NAMED or any(map(_ID_LIKE.fullmatch, named))):
        return True
    own = [column for column in ("clip", "utterance") if column in table.columns]
    return any(
        line[column] and number(line[column]) is None for line in table.lines for column in own
    )


def _refuse_if_of_many(table: Table, video: _Video) -> None:
    """Refuse what looks like a table of several clips under names that are not known.

    Raises:
        NotATranscript: its lines are numbered pieces, it has cells like ids, or its times begin
            again.
    """
    if {"dialogue", "scene", "season"} & table.columns and _PIECE.search(video.stem):
        raise _no_line(table, video)
    for column, cells in _id_columns(table):
        if len(set(cells)) == len(cells) and all(map(_ID_LIKE.fullmatch, cells)):
            raise NotATranscript(
                f"may be of several clips: its column {column} reads like their names. If they "
                f"are, call it video_id; if not, name the table {video.stem}.csv and put it beside "
                "the video."
            )
    again = _begins_again(table)
    if again is not None:
        raise NotATranscript(
            f"may be of several clips: {again}. Add a column video_id with the videos' names, or "
            f"name the table {video.stem}.csv and put it beside the video."
        )


def _id_columns(table: Table) -> Iterator[tuple[str, list[str]]]:
    """Columns that may name clips although their names do not say so, and their cells."""
    for column in table.lines[0].unknown if table.lines else ():
        yield column, [line.unknown[column].strip() for line in table.lines]
    if "counter" in table.columns:
        yield "of ids", [line["counter"] for line in table.lines]


def _begins_again(table: Table) -> str | None:
    """How one sees that the lines are not those of one video, if one does."""
    if not table.has_times:
        return f"it has {len(table.lines)} lines without times" if len(table.lines) > 1 else None
    starts: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for line in table.lines:
        try:
            start_s = seconds(line["start"], decimal_comma=table.decimal_comma)
        except ValueError:
            continue
        starts[line["speaker"]].append((start_s, line.place))
    for of_speaker in starts.values():
        for (before, _), (after, place) in pairwise(of_speaker):
            if after < before or after == before == 0:
                return f"its times begin again in {place}"
    return None


@dataclass(frozen=True)
class _Id:
    """What a table calls a video: the cell, and whether it only counts pieces."""

    text: str
    is_piece: bool


class _Ids:
    """The lines of a table by what names their video."""

    def __init__(self, table: Table, *, counters: bool) -> None:
        self.lines: dict[_Id, list[Line]] = defaultdict(list)
        for line in table.lines:
            for written in dict.fromkeys(_names_in(table, line, counters)):
                self.lines[written].append(line)
        self._by_key: dict[str, list[_Id]] = defaultdict(list)
        for written in self.lines:
            name = _parts(written.text)[-1]
            for key in dict.fromkeys((_key(name), _key(_without_ending(name)))):
                self._by_key[key].append(written)
        self.are_of_one_line = all(len(lines) == 1 for lines in self.lines.values())
        self.tell_by_name = all(len(each) == 1 for each in self._by_key.values())

    def of(self, name: str) -> list[_Id]:
        """The ids that may mean a file of this name, in whatever folder."""
        return self._by_key.get(_key(name), [])


@lru_cache(maxsize=4)  # a corpus has one table for thousands of videos
def _ids(table: Table, counters: bool) -> _Ids:
    return _Ids(table, counters=counters)


def _names_in(table: Table, line: Line, counters: bool) -> Iterator[_Id]:
    """The cells that may name the video of a line. Numbers that count lines do, if `counters`."""
    for cell in (line["video"], *line.names):
        if cell.strip():
            yield _Id(cell.strip(), is_piece=False)
    pieces = [] if "video" in table.columns and number(line["clip"]) is not None else ["clip"]
    counting = [] if {"dialogue", "scene"} & table.columns else ["utterance", "counter"]
    for column in (*pieces, *counting):
        cell = line[column]
        if cell and (column == "clip" or counters or number(cell) is None):
            yield _Id(cell, is_piece=True)


@lru_cache(maxsize=4)
def _pairs(table: Table) -> tuple[dict[tuple[str, str], list[Line]], frozenset[str]]:
    """The lines by video and clip, and the videos there are."""
    pairs: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in table.lines:
        pairs[_key(_without_ending(line["video"])), _key(_without_ending(line["clip"]))].append(
            line
        )
    return pairs, frozenset(of_video for of_video, _ in pairs)


def _single(lines: list[Line], video: _Video) -> list[Line]:
    """The one line of a clip that is one utterance.

    Raises:
        NotATranscript: there are several, as where tables of several splits were joined.
    """
    if len(lines) > 1:
        raise _ambiguous([line.place for line in lines], video)
    return lines


def _ambiguous(found: Iterable[str], video: _Video) -> NotATranscript:
    return NotATranscript(
        f"has several lines that may be meant by {video.stem!r} ({', '.join(list(found)[:5])}), "
        "and it cannot be told which. Give a table in which the name stands once."
    )


def _no_line(table: Table, video: _Video) -> NotATranscript:
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


def _parts(path: str) -> list[str]:
    """Folders and name; a path may be of Windows."""
    parts = re.split(r"[/\\]+", path.strip())
    return [part for part in parts[:-1] if part not in ("", ".")] + parts[-1:]


def _key(name: str) -> str:
    """What is equal for names that may mean the same: 7, 0007 and 7.0; both Unicode forms."""
    whole = number(name)
    return unicodedata.normalize("NFC", name.strip()) if whole is None else str(whole)


def _without_ending(name: str) -> str:
    """`talk` of `talk.wav`; `talk.1` is no file's name and stays."""
    stem, dot, ending = name.strip().rpartition(".")
    if not stem or not dot:
        return name.strip()
    kind, _ = _MEDIA_TYPES.guess_type(f"name.{ending.lower()}")
    is_media = kind is not None and kind.startswith(("audio/", "video/"))
    return stem if is_media or ending.lower() in _MEDIA_ENDINGS else name.strip()
