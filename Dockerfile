# One image for the exchange, the fault proxy, workers of a run, and Locust: what serves and drives, not what judges.
#
#   docker run --rm IMAGE python -m mock_exchange --host 0.0.0.0 --allow-remote
#   docker run --rm IMAGE python -m chaos.proxy --help
#   docker run --rm --no-healthcheck --env BROWNOUT_JOIN_KEY IMAGE python -m brownout.commands.worker --help
#   docker run --rm IMAGE locust -f scenarios/locustfile.py

FROM python:3.13-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/brownout
COPY constraints.txt /src/

# The part of pyproject.toml's dependencies that these processes import (tests/conventions/test_image.py holds them
# together). Charts and statistics, three quarters of the whole, stay with the host that judges.
RUN /opt/brownout/bin/pip install --quiet --only-binary :all: --constraint /src/constraints.txt \
        cryptography gevent httptools locust msgspec numpy opentelemetry-exporter-otlp-proto-http \
        opentelemetry-exporter-prometheus opentelemetry-sdk picows polars \
        prometheus-client pydantic pyyaml pyzmq typer uvloop

COPY . /src
# The build backend is a build tool: it stays in pip's own isolated environment. The console script needs what is left out.
RUN /opt/brownout/bin/pip install --quiet --no-deps /src \
    && rm -f /opt/brownout/bin/brownout \
    && /opt/brownout/bin/pip uninstall --quiet --yes pip \
    && find /opt/brownout -name tests -type d -prune -exec rm -rf {} + \
    && mkdir /app \
    && ln -s "$(/opt/brownout/bin/python -c 'import scenarios; print(scenarios.__path__[0])')" /app/scenarios

FROM python:3.13-slim-bookworm

LABEL org.opencontainers.image.title="brownout" \
      org.opencontainers.image.licenses="Apache-2.0"
# /var/lib/brownout is for `--data`: a new volume that is mounted there belongs to the user who writes it.
RUN /usr/sbin/useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin brownout \
    && install --directory --owner brownout --group brownout /var/lib/brownout
COPY --from=build /opt/brownout /opt/brownout
COPY --from=build /app /app
ENV PATH=/opt/brownout/bin:$PATH HOME=/tmp PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
USER brownout
EXPOSE 8080 8081 8474 9443 9464

# Asks the exchange's admin port; compose.yaml replaces it for the proxy and Locust. Cheap on purpose: the probe shares
# the host's cores with what is being measured.
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-ISc", "import socket; s = socket.create_connection(('127.0.0.1', 8081), 2); s.sendall(b'GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n'); raise SystemExit(b' 200 ' not in s.recv(64))"]

STOPSIGNAL SIGTERM
CMD ["python", "-m", "mock_exchange", "--host", "0.0.0.0", "--allow-remote"]
