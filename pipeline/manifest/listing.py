"""Lists: a text file that names a video a line."""

from pipeline.manifest.entries import EntryFault, Faults, Folder, read_text, refuse_if_none_exists
from pipeline.manifest.source import Source


def read_list(file: str, notices: list[str]) -> list[Source]:
    """The videos of a list, relative names starting at its folder.

    Empty lines and lines that start with `#` say nothing.

    Args:
        file: absolute path or URI of the list.
        notices: takes a sentence if the encoding of the list is not certain.

    Raises:
        SetupError: the list cannot be read, a line cannot be followed (see `Folder.point`), or
            not one of the files is there.
    """
    folder, faults = Folder(file), Faults(file)
    sources = []
    for number, line in enumerate(read_text(file, notices).split("\n"), start=1):
        name = line.strip()
        if not name or name.startswith("#"):
            continue
        try:
            uri, depth = folder.point(name)
        except EntryFault as fault:
            faults.add(number, str(fault))
        else:
            sources.append(Source(uri, depth))
    faults.raise_if_any()
    refuse_if_none_exists(file, sources)
    return sources
