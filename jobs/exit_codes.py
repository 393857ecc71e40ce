"""What the program's exit code says."""

FINISHED = 0
COULD_NOT_RUN = 1
WRONG_USAGE = 2  # as argparse has it
FINISHED_WITH_FAILURES = 3
STOPPED = 130  # as shells have it for Ctrl-C

MEANINGS = """exit codes:
  0    finished
  1    could not run: something is missing or cannot be read; the message says what to do
  2    wrong usage
  3    finished, with failures: see DIR/failures/
  130  stopped by Ctrl-C; the same command goes on from there (143 by SIGTERM, 129 by SIGHUP)"""
