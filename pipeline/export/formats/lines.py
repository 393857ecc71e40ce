"""Files of JSON lines, one for each split."""

from collections.abc import Iterable
from typing import Any

from pipeline.export.output import GrowingFile, Output


class LinesBySplit:
    """Takes rows, and puts each into the file of its split."""

    def __init__(self, output: Output, pattern: str) -> None:
        """
        Args:
            output: where the files go.
            pattern: of their names, with `{split}` in it.
        """
        self._output = output
        self._pattern = pattern
        self._files: dict[str, GrowingFile] = {}

    def add(self, split: str, row: Any) -> None:
        """Write a row as a line."""
        if split not in self._files:
            self._files[split] = self._output.growing(self.name(split))
        self._files[split].write_line(row)

    def name(self, split: str) -> str:
        """Of the file of a split."""
        return self._pattern.format(split=split)

    @property
    def splits(self) -> Iterable[str]:
        """Those that have rows."""
        return self._files.keys()

    def close(self) -> None:
        """Put the files into the export.

        Raises:
            stages.faults.SetupError: one cannot be written.
        """
        for file in self._files.values():
            file.close()
