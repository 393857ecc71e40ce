"""Which part of a set each video goes to: nobody who is in one is in another."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

from pipeline.export.order import Group

TRAIN = "train"


def deal(
    speakers: Mapping[str, Iterable[str | None]],
    sizes: Mapping[str, int],
    shares: Mapping[str, float],
    group: Group,
) -> Mapping[str, str]:
    """The split of each video.

    Videos that share a speaker, by name, stay together with `group` `speaker`: so neither a
    video nor a name is on both sides. The largest groups are dealt first, each to the split that
    lacks most; the order among equals follows from their ids, so one set is dealt one way.

    Args:
        speakers: by video, the names in it; None: unknown, which binds nothing.
        sizes: by video, how many rows it has.
        shares: of each split; empty: all is `train`.
        group: what stays together.
    """
    if not shares:
        return dict.fromkeys(sizes, TRAIN)
    bound = speakers if group == "speaker" else {}
    groups = sorted(
        _groups(sizes, bound), key=lambda ids: (-sum(sizes[one] for one in ids), _draw(ids[0]))
    )
    whole = sum(sizes.values())
    taken: Counter[str] = Counter()
    dealt: dict[str, str] = {}
    for ids in groups:
        split = max(shares, key=lambda name: shares[name] * whole - taken[name])
        taken[split] += sum(sizes[one] for one in ids)
        dealt |= dict.fromkeys(ids, split)
    return dealt


def _groups(
    videos: Iterable[str], speakers: Mapping[str, Iterable[str | None]]
) -> Sequence[list[str]]:
    """Videos that hang together by a speaker, each in order of their ids."""
    first: dict[str, str] = {}  # by speaker, a video of theirs
    parent = {video: video for video in videos}

    def root(video: str) -> str:
        while parent[video] != video:
            parent[video] = parent[parent[video]]
            video = parent[video]
        return video

    for video in sorted(parent):
        for speaker in speakers.get(video, ()):
            if speaker:
                parent[root(video)] = root(first.setdefault(speaker, video))
    found: dict[str, list[str]] = defaultdict(list)
    for video in sorted(parent):
        found[root(video)].append(video)
    return list(found.values())


def _draw(video_id: str) -> bytes:
    return blake2b(video_id.encode("utf-8", "replace"), digest_size=8).digest()
