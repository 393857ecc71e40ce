#!/bin/bash
# A corpus in shares, one a task, on machines that know nothing of each other.
#
#   sbatch docs/cluster/slurm-array.sh /corpus /results
#
# Each share has a folder of its own below /results. Two minutes before the time is up the run is told
# to stop; it writes what is finished, the task is queued again, and goes on where it was.
# `microemo status /results/I` shows how far share I is.

#SBATCH --job-name=microemo
#SBATCH --array=1-16
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=8
#SBATCH --mem=32G
#SBATCH --time=12:00:00
#SBATCH --signal=B:USR1@120
#SBATCH --requeue
#SBATCH --open-mode=append

set -u
corpus=$1
results=$2
out=$results/$SLURM_ARRAY_TASK_ID

# Sockets of Ray have short paths only; two tasks on one machine must not share a folder.
export RAY_TMPDIR=/tmp/ray-$SLURM_JOB_ID
mkdir -p "$RAY_TMPDIR"

microemo annotate "$corpus" --out "$out" \
    --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" &
run=$!
again=no
trap 'again=yes; kill -TERM "$run"' USR1 # the time is nearly up
trap 'kill -TERM "$run"' TERM            # somebody cancelled the job
wait "$run"
code=$?
if [ "$code" -gt 128 ]; then # a signal ended the waiting; the run is still writing what is finished
    wait "$run"
    code=$?
fi
rm -rf "$RAY_TMPDIR"
if [ "$again" = yes ] && [ "$code" -eq 143 ]; then
    scontrol requeue "$SLURM_JOB_ID"
fi
exit "$code"
