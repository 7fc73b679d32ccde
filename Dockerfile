# syntax=docker/dockerfile:1

# Built in one stage, run in another: the image that runs has no compiler, no pip cache and no source tree.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
WORKDIR /build
ENV PIP_CACHE_DIR=/var/cache/pip PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/nowserving
COPY requirements/all.txt requirements/
RUN --mount=type=cache,target=/var/cache/pip \
    /opt/nowserving/bin/pip install --require-hashes -r requirements/all.txt
COPY LICENSE README.md pyproject.toml ./
COPY src src
RUN --mount=type=cache,target=/var/cache/pip \
    /opt/nowserving/bin/pip install --no-deps . \
    && /opt/nowserving/bin/pip uninstall --yes pip \
    && /opt/nowserving/bin/python -m compileall -q /opt/nowserving/lib

FROM python:${PYTHON}-slim
LABEL org.opencontainers.image.title="Now Serving" \
      org.opencontainers.image.description="One engine for everything that waits" \
      org.opencontainers.image.licenses="MIT"
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin nowserving \
    && install -d -o nowserving -g nowserving -m 0700 /data
COPY --from=build /opt/nowserving /opt/nowserving
ENV PATH=/opt/nowserving/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    NOWSERVING_HOST=0.0.0.0 \
    NOWSERVING_PORT=8000 \
    NOWSERVING_DATA_DIR=/data \
    NOWSERVING_LOG_FORMAT=json
# By number, so that an orchestrator can see that it is not root. Only /data and /tmp are written to:
# the root file system may be read-only.
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"NOWSERVING_PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["nowserving"]
CMD ["serve"]
