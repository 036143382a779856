# syntax=docker/dockerfile:1
# The same pinned packages as everywhere else; nothing of the build stays in the image.
FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock ./
RUN python -m venv /opt/poebridge \
    && /opt/poebridge/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md ./
COPY bridge bridge
COPY adapters adapters
COPY migrations migrations
RUN /opt/poebridge/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home poebridge
COPY --from=build /opt/poebridge /opt/poebridge
ENV PATH=/opt/poebridge/bin:$PATH PYTHONUNBUFFERED=1
USER 10001
WORKDIR /data
VOLUME /data
# Green only while the bridge hears its platforms and can write its store.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["poebridge", "check", "--live"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["poebridge"]
CMD ["run"]
