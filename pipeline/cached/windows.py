"""The windows of a cache: a dataset whose run kept frames and crops."""

from collections.abc import Iterable, Iterator

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.opened import open_dataset
from pipeline.dataset.places import Key, Place, opened_part, places
from stages.faults import SetupError
from stages.rows import KEPT, TENSORS, Row, from_table


class CachedWindows:
    """The windows of a cache by number, in order of video and of time.

    A row has the columns of the run, and the kept ones under the names by which the stages know
    them: `frames` uint8 [T, S, S, 3], `frame_times_s` [T], `crops` uint8 [C, 112, 112, 3],
    `crop_times_s` [C] and `crop_track_ids` [C]. Arrays are read-only. The order follows from the
    windows alone, whatever was finished first; what a run adds later is not seen.

    Nothing is held open: an instance may be pickled, and read by many processes and threads.
    """

    def __init__(self, location: str) -> None:
        """Find the windows in a folder, local or any URI that fsspec opens.

        Raises:
            SetupError: it cannot be opened or read, no run wrote there, or its run kept no frames.
        """
        dataset = open_dataset(location)
        self.location = dataset.location
        columns = dataset.annotation_columns
        if missing := [name for name in KEPT if name not in columns]:
            raise SetupError(
                f"{self.location}: is no cache: its run kept no frames and crops (there is no "
                f"{missing[0]}). Make one in another folder: microemo annotate VIDEOS --out DIR "
                "--set stages=[transcribe,segment,decode,faces,evidence,keep]"
            )
        self._light = [name for name in columns if name not in TENSORS]
        self._places = _in_order(places(DatasetFolder(self.location)))

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> Row:
        """The window of a number, with its frames and crops.

        Raises:
            IndexError: there is no such window.
            SetupError: its file cannot be read.
        """
        return self._row(self._places[index], None)

    def __iter__(self) -> Iterator[Row]:
        for place in self._places:
            yield self._row(place, None)

    def without_tensors(self) -> Iterator[Row]:
        """All windows in the same order without `frames` and `crops`, which are not read.

        Raises:
            SetupError: a file cannot be read.
        """
        for place in self._places:
            yield self._row(place, self._light)

    def without_tensors_at(self, index: int) -> Row:
        """The window of a number without `frames` and `crops`.

        Raises:
            IndexError: there is no such window.
            SetupError: its file cannot be read.
        """
        return self._row(self._places[index], self._light)

    def _row(self, place: Place, columns: list[str] | None) -> Row:
        # Opened anew each time: a stream that two processes share would lose its place.
        with opened_part(DatasetFolder(self.location), place.part) as file:
            table = file.read_row_group(place.group, columns=columns, use_threads=False)
            (row,) = from_table(table.slice(place.row, 1))
        return {KEPT.get(name, name): value for name, value in row.items()}


def _in_order(found: Iterable[tuple[Key, Place]]) -> tuple[Place, ...]:
    """The places in order of their windows; of one that stands there twice, the first written."""
    first: dict[Key, Place] = {}
    for key, place in found:
        first.setdefault(key, place)
    return tuple(first[key] for key in sorted(first))
