"""What a glob says before it is matched."""

import pytest

from pipeline.manifest.globs import fixed_folder, is_glob, names_a_suffix


@pytest.mark.parametrize(
    ("pattern", "folder"),
    [("/in/*.mp4", "/in"), ("/in/a*/b?.mp4", "/in"), ("/in/x[12]", "/in"), ("/*", "")],
)
def test_the_folder_above_all_matches(pattern: str, folder: str) -> None:
    assert is_glob(pattern)
    assert fixed_folder(pattern) == folder


@pytest.mark.parametrize(
    ("pattern", "names"),
    [("/in/*.dav", True), ("/in/*", False), ("/in/*.m*", False), ("/in.d/*", False)],
)
def test_whether_it_says_how_files_end(pattern: str, names: bool) -> None:
    assert names_a_suffix(pattern) is names
