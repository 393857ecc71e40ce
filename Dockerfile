# MicroEmo for the CPU. Videos and results stand in the folder that is mounted at /data; Ray shares
# rows between its processes in /dev/shm, of which Docker gives 64 MB unless told otherwise:
#
#   docker build --build-arg UID="$(id -u)" --tag microemo .
#   docker run --rm --shm-size=2g --volume "$PWD:/data" microemo annotate samples --out out

FROM python:3.11-slim AS build

# PyPI's torch for Linux brings CUDA, gigabytes that this image has no use for. Of the two, pip
# takes the CPU build: it is what constraints.txt pins, and counts as the newer one.
ENV PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1

RUN python -m venv /opt/microemo
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY stages stages
COPY pipeline pipeline
COPY jobs jobs
COPY microemo.py .
RUN pip wheel --no-deps --wheel-dir dist . \
    && /opt/microemo/bin/pip install --constraint constraints.txt dist/*.whl

FROM python:3.11-slim

# Whoever runs it must be able to write to the mounted folder.
ARG UID=1000
RUN useradd --create-home --uid "$UID" microemo

COPY --from=build /opt/microemo /opt/microemo
ENV PATH=/opt/microemo/bin:$PATH

USER microemo
WORKDIR /data
ENTRYPOINT ["microemo"]
CMD ["--help"]
