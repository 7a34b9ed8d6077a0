"""Traces and figures for a collector of OpenTelemetry: a real one, that listens on loopback."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.testclient import TestClient

from api import telemetry
from api.app import Operating, make_app
from api.calls import trace_id
from api.telemetry import MissingError, configured
from tests.api.serving import key_of
from tests.engine.services.publications import NOW
from tests.engine.services.running import company

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.store.database import Database

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Collector(ThreadingHTTPServer):
    """Takes what is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.taken: list[tuple[str, bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def spans(self) -> list[Any]:
        found = []
        for path, body in self.taken:
            if path == "/v1/traces":
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    found += [span for scope in resource.scope_spans for span in scope.spans]
        return found

    def metrics(self) -> set[str]:
        found = set()
        for path, body in self.taken:
            if path == "/v1/metrics":
                for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                    for scope in resource.scope_metrics:
                        found |= {metric.name for metric in scope.metrics}
        return found


class _Taking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Collector)
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.taken.append((self.path, body))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def collecting() -> Iterator[Collector]:
    with Collector() as collector:
        thread = threading.Thread(target=collector.serve_forever)
        thread.start()
        try:
            yield collector
        finally:
            collector.shutdown()
            thread.join()


def test_spans_and_figures_tell_the_route_and_no_id_or_key(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company(database, tmp_path)
    key = key_of(database, "viewer")
    with collecting() as collector:
        monkeypatch.setenv(ENDPOINT, collector.url)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
        sending = configured()
        client = TestClient(make_app(database, lambda: NOW, operating=Operating(telemetry=sending)))
        headers = {"Authorization": f"Bearer {key}", "traceparent": f"00-{TRACE}-{'1' * 16}-01"}
        question = {"on": "2026-03-16", "known": "2026-03-15"}
        path = "/v1/cases/R-1/next-action"
        assert client.get(path, params=question, headers=headers).status_code == 200
        assert client.get("/healthz").status_code == 200
        sending.close()
        spans, metrics = collector.spans(), collector.metrics()
        taken = b"".join(body for _, body in collector.taken)
    served = [span for span in spans if span.kind == span.SPAN_KIND_SERVER]
    assert [span.name for span in served] == ["GET /v1/cases/{case}/next-action"]
    attributes = {each.key: each.value for each in served[0].attributes}
    assert attributes["http.route"].string_value == "/v1/cases/{case}/next-action"
    assert attributes["http.response.status_code"].int_value == 200
    assert served[0].trace_id.hex() == TRACE, "it belongs to the trace of who asks"
    assert "http.server.request.duration" in metrics
    for secret in (key.encode(), b"R-1", b"2026-03-15"):
        assert secret not in taken
    assert b"service.name" in taken


def test_a_log_names_the_trace(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company(database, tmp_path)
    with collecting() as collector:
        monkeypatch.setenv(ENDPOINT, collector.url)
        sending = configured()
        named: list[str | None] = []
        operating = Operating(telemetry=sending, log=lambda _: named.append(trace_id()))
        client = TestClient(make_app(database, lambda: NOW, operating=operating))
        client.get("/v1/runs", headers={"traceparent": f"00-{TRACE}-{'1' * 16}-01"})
        sending.close()
    assert named == [TRACE]


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {ENDPOINT: "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"},
        {
            ENDPOINT: "http://127.0.0.1:1",
            "OTEL_TRACES_EXPORTER": "none",
            "OTEL_METRICS_EXPORTER": "none",
        },
    ],
)
def test_nothing_is_sent_unless_that_is_asked_for(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert not configured().is_on


def test_what_is_asked_for_and_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:1")
    monkeypatch.setattr(telemetry, "_NEEDED", ("opentelemetry.no_such_module",))
    with pytest.raises(MissingError, match=r"install dunlang\[otel\]"):
        configured()
