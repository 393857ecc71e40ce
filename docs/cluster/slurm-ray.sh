#!/bin/bash
# One run over all machines of one allocation, by a Ray cluster that lives as long as it.
#
#   sbatch docs/cluster/slurm-ray.sh /corpus /results
#
# The corpus, the results and the models are on a disk that every machine has. The run is on the first
# machine, with Ray's head; the others join it. One that fails costs the rows in its hands.

#SBATCH --job-name=microemo
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=16
#SBATCH --mem=64G
#SBATCH --time=24:00:00
#SBATCH --no-kill
#SBATCH --signal=B:USR1@120
#SBATCH --requeue
#SBATCH --open-mode=append
# For GPUs: #SBATCH --gpus-per-node=1, and `gpus` of a lane (docs/configuration.md).

set -u
corpus=$1
results=$2

head=$(hostname)
# Many machines call themselves 127.0.1.1, where the others would look for it in vain.
address=$({ hostname --ip-address; hostname --all-ip-addresses; } | tr ' ' '\n' \
    | grep '\.' | grep --invert-match --max-count=1 '^127\.')
port=$((20000 + SLURM_JOB_ID % 10000)) # of this job alone, should two share a machine
others=$((SLURM_JOB_NUM_NODES - 1))
gpus=${SLURM_GPUS_ON_NODE:-0}

# Who has no token of the cluster cannot join it, and anybody on the network could try.
export RAY_AUTH_MODE=token
RAY_AUTH_TOKEN=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
export RAY_AUTH_TOKEN

# Slurm ends these two steps with the allocation; `ray stop` would end the Ray of others too.
srun --overlap --nodes=1 --ntasks=1 --nodelist="$head" \
    ray start --head --node-ip-address="$address" --port="$port" --include-dashboard=false \
    --num-cpus="$SLURM_CPUS_PER_TASK" --num-gpus="$gpus" \
    --temp-dir="/tmp/ray-$SLURM_JOB_ID" --disable-usage-stats --block &
export RAY_ADDRESS=$address:$port
for _ in $(seq 60); do
    ray status --address="$RAY_ADDRESS" >/dev/null 2>&1 && break
    sleep 2
done
if [ "$others" -gt 0 ]; then
    srun --overlap --nodes="$others" --ntasks="$others" --exclude="$head" \
        --no-kill --kill-on-bad-exit=0 \
        ray start --address="$RAY_ADDRESS" \
        --num-cpus="$SLURM_CPUS_PER_TASK" --num-gpus="$gpus" --block &
fi

# Lanes grow onto the others as they join: nothing waits for them.
microemo annotate "$corpus" --out "$results" &
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
if [ "$again" = yes ] && [ "$code" -eq 143 ]; then
    scontrol requeue "$SLURM_JOB_ID"
fi
exit "$code"
