"""DuckDB, locked."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipeline.catalogue.engine import open_engine

_TIMES = """
from pipeline.catalogue.engine import open_engine

for _ in range(2):
    asked = open_engine().execute("SELECT CAST('2026-01-01 00:00Z'::TIMESTAMPTZ AS TEXT)")
    print(*asked.fetchone())
"""


@pytest.mark.parametrize(
    "wrong",
    [
        "SET TimeZone = 'Asia/Tokyo'",
        "SET lock_configuration = false",
        "SET enable_external_access = true",
        "SELECT * FROM read_text('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/x.csv'",
        "ATTACH '/tmp/x.db'",
        "INSTALL httpfs",
    ],
)
def test_no_connection_reaches_a_file_or_changes_a_setting(wrong: str) -> None:
    for _ in range(2):
        with pytest.raises(duckdb.Error):
            open_engine().execute(wrong)


def test_times_are_those_of_utc_wherever_it_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _TIMES],
        env={**os.environ, "TZ": "America/New_York"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["2026-01-01 00:00:00+00"] * 2


def test_a_connection_may_have_less_memory_than_others() -> None:
    limits = [
        open_engine(*memory).execute("SELECT current_setting('memory_limit')").fetchone()
        for memory in ((), ("100MB",))
    ]
    assert limits[0] != limits[1]


def test_a_question_that_is_broken_off_disturbs_no_other() -> None:
    one, other = open_engine(), open_engine()
    running = other.sql("SELECT sum(range) FROM range(1000000)")
    one.interrupt()
    assert running.fetchall() == [(499999500000,)]
