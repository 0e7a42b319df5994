# The server for a team that runs it in one place, over HTTP. Whoever asks it asks with the login that it was given, so it
# does not start without a token for its callers and the names by which they reach it:
#
#   docker build -t whitespace-mcp .
#   docker run --rm -p 127.0.0.1:8765:8765 --read-only --cap-drop ALL --env-file whitespace.env whitespace-mcp
#
# with WHITESPACE_REFRESH_TOKEN, WHITESPACE_HTTP_TOKEN and WHITESPACE_HTTP_HOSTS in whitespace.env; TLS is for the proxy in
# front of it. A host on the same machine can also start it over stdio:
#
#   docker run --rm -i --no-healthcheck -e WHITESPACE_REFRESH_TOKEN whitespace-mcp serve
#
# For a server for the whole firm (docs/team.md) the image is another one:
#
#   docker build --target team -t whitespace-mcp-team .
#
# The packages are pinned by hash. The base is named by a tag, which its publisher moves with every repair; who wants that
# pinned too names it by its digest: --build-arg BASE=python:3.11-slim-bookworm@sha256:...

ARG BASE=python:3.11-slim-bookworm
FROM ${BASE} AS bare
# Its user is in no list of users, so that without HOME nothing could tell where its home is; nothing is written there.
ENV PATH=/opt/whitespace-mcp/bin:$PATH \
    HOME=/ \
    PYTHONUNBUFFERED=1
USER 10001:10001
EXPOSE 8765
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
    CMD ["python", "-c", "from http.client import HTTPConnection as Connection; door = Connection('127.0.0.1', 8765, timeout=4); door.request('GET', '/health'); raise SystemExit(door.getresponse().read() != b'ok\\n')"]
ENTRYPOINT ["whitespace-mcp"]
CMD ["serve", "--transport", "streamable-http", "--host", "0.0.0.0", "--port", "8765"]

FROM ${BASE} AS build
WORKDIR /build
ENV PATH=/opt/whitespace-mcp/bin:$PATH
COPY requirements.lock ./
# The lock names every package by its hash, the build backend too. Nothing of pip or the backend stays in the image.
RUN python -m venv --without-pip /opt/whitespace-mcp \
    && /usr/local/bin/pip --python /opt/whitespace-mcp/bin/python install \
        --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY server ./server
RUN /usr/local/bin/pip --python /opt/whitespace-mcp/bin/python install \
        --no-cache-dir --no-deps --no-build-isolation . \
    && /usr/local/bin/pip --python /opt/whitespace-mcp/bin/python uninstall --yes uv_build

FROM build AS build-team
COPY requirements-team.lock ./
RUN /usr/local/bin/pip --python /opt/whitespace-mcp/bin/python install \
        --no-cache-dir --no-deps --require-hashes -r requirements-team.lock

FROM bare AS team
COPY --from=build-team /opt/whitespace-mcp /opt/whitespace-mcp

FROM bare
COPY --from=build /opt/whitespace-mcp /opt/whitespace-mcp
