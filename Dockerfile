# MicroEmo for the CPU or, with DEVICE=cuda, for NVIDIA's GPUs. Videos and results stand in the folder
# that is mounted at /data; Ray shares rows between its processes in /dev/shm, of which Docker gives
# 64 MB unless told otherwise:
#
#   docker build --build-arg UID="$(id -u)" --tag microemo .
#   docker run --rm --shm-size=2g --volume "$PWD:/data" microemo annotate samples --out out
#
#   docker build --build-arg DEVICE=cuda --tag microemo:cuda .
#   docker run --rm --gpus all --shm-size=8g --volume "$PWD:/data" microemo:cuda annotate ...
#
# EXTRAS are those of pyproject.toml: s3, gs or http for what lies elsewhere, cluster for a node of a
# Ray cluster, as in EXTRAS=cluster,s3.

FROM python:3.11-slim AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
ARG DEVICE=cpu
ARG EXTRAS=

RUN python -m venv /opt/microemo
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY stages stages
COPY pipeline pipeline
COPY jobs jobs
COPY microemo.py .
# PyPI's torch for Linux brings CUDA, gigabytes that a CPU has no use for. Of it and the CPU's, pip takes
# the latter where it sees both: it is what constraints.txt pins, and counts as the newer one.
RUN case "$DEVICE" in \
        cpu) export PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu ;; \
        cuda) ;; \
        *) echo "DEVICE is cpu or cuda, not $DEVICE" >&2; exit 1 ;; \
    esac \
    && pip wheel --no-deps --wheel-dir dist . \
    && /opt/microemo/bin/pip install --constraint constraints.txt "$(echo dist/*.whl)${EXTRAS:+[$EXTRAS]}"

FROM python:3.11-slim

# Whoever runs it must be able to write to the mounted folder.
ARG UID=1000
RUN useradd --create-home --uid "$UID" microemo

# KubeRay asks Ray's agent by wget whether a pod lives, and begins Ray from a login shell, which knows
# the usual folders alone.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends wget \
    && rm -rf /var/lib/apt/lists/* \
    && ln -s /opt/microemo/bin/microemo /opt/microemo/bin/ray /usr/local/bin/

COPY --from=build /opt/microemo /opt/microemo
ENV PATH=/opt/microemo/bin:$PATH

USER microemo
WORKDIR /data
ENTRYPOINT ["microemo"]
CMD ["--help"]
