"""Names by which the files of public sets tell their clips: those of the clips' own files."""

from pipeline.export.formats.clips import stem_of
from pipeline.export.unit import Unit
from stages.faults import SetupError


class ClipNames:
    """Gives each clip its name, and sees to it that no two have one."""

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}

    def of(self, unit: Unit) -> str:
        """The name of the unit's clip: that of its file, without folders and suffix.

        Raises:
            SetupError: another clip has it.
        """
        name = stem_of(unit.clip)
        owner = self._owners.setdefault(name, unit.clip.uri)
        if owner != unit.clip.uri:
            raise SetupError(
                f"two clips are called {name}: {owner} and {unit.clip.uri}. Export with --media "
                "cut or copy: then each has a name of its own."
            )
        return name
