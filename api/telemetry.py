"""Traces and figures for a collector of OpenTelemetry, where its variables name one.

FastAPI measures; here is where it goes, and what it leaves out: spans tell the template of a
route, and neither the path, which holds ids, nor the query.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from opentelemetry import trace

from api.limits import OPERATIONS
from engine.services.version import program

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

    from fastapi.telemetry import TelemetryConfig
    from opentelemetry.context import Context
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import Span, Tracer
    from opentelemetry.util.types import Attributes

_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_NEEDED = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
_LAST_SECONDS = 5
"""Seconds that the last spans have when the process ends; a collector may be gone."""
_HIDDEN = frozenset({"url.path", "url.query"})


class MissingError(Exception):
    """Telemetry was asked for, and what it takes is not installed. The text is for the user."""


@dataclass(slots=True)
class Telemetry:
    """Where traces and figures go; nowhere if nothing is said."""

    tracers: trace.TracerProvider | None = None
    meters: MeterProvider | None = None
    _owned: list[Any] = field(default_factory=list)

    @property
    def is_on(self) -> bool:
        """Whether anything goes anywhere."""
        return self.tracers is not None or self.meters is not None

    @property
    def config(self) -> TelemetryConfig:
        """As FastAPI takes it."""
        return {
            "tracer_provider": None if self.tracers is None else _Discreet(self.tracers),
            "meter_provider": self.meters,
            "tracing": self.tracers is not None,
            "metrics": self.meters is not None,
            "logs": False,  # what failed is in our log, under the id of its trace
            "auto_configure": False,
            "exclude": _is_operation,
        }

    def close(self) -> None:
        """Send what is left, unless nobody takes it."""
        last = [threading.Thread(target=each.shutdown, daemon=True) for each in self._owned]
        for thread in last:
            thread.start()
        until = time.monotonic() + _LAST_SECONDS
        for thread in last:
            thread.join(max(0.0, until - time.monotonic()))


def _is_operation(scope: MutableMapping[str, Any]) -> bool:
    return scope["path"] in OPERATIONS


def configured() -> Telemetry:
    """As the environment says, in the variables of OpenTelemetry. Raises MissingError."""
    wanted = [signal for signal in ("TRACES", "METRICS") if _is_wanted(signal)]
    if not wanted or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return Telemetry()
    if not all(_is_there(name) for name in _NEEDED):
        message = "variables of OpenTelemetry name a collector, and it is not installed"
        raise MissingError(f"{message}: install dunlang[otel]")
    return _sending(wanted)


def _is_wanted(signal: str) -> bool:
    exporter = os.environ.get(f"OTEL_{signal}_EXPORTER", "").strip().lower()
    endpoint = os.environ.get(f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") or os.environ.get(_ENDPOINT)
    return bool(endpoint) and exporter in {"", "otlp"}


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _sending(wanted: list[str]) -> Telemetry:
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import (  # noqa: PLC0415 - an extra
        OTLPMetricExporter,
    )
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - as above
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415 - as above
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader  # noqa: PLC0415 - as above
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - as above
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - as above
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - as above

    name, _, version = program().partition(" ")
    service = os.environ.get("OTEL_SERVICE_NAME", name)
    resource = Resource.create({"service.name": service, "service.version": version})
    found = Telemetry()
    if "TRACES" in wanted:
        tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
        tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        found.tracers = tracers
        found._owned.append(tracers)  # noqa: SLF001 - it is made here
    if "METRICS" in wanted:
        readers = [PeriodicExportingMetricReader(OTLPMetricExporter())]
        found.meters = MeterProvider(readers, resource=resource, shutdown_on_exit=False)
        found._owned.append(found.meters)  # noqa: SLF001 - it is made here
    return found


class _Discreet(trace.TracerProvider):
    """Makes spans that do not tell ids."""

    def __init__(self, provider: trace.TracerProvider) -> None:
        self._provider = provider

    def get_tracer(self, *args: Any, **kwargs: Any) -> Tracer:  # noqa: ANN401 - as the provider has it
        return _DiscreetTracer(self._provider.get_tracer(*args, **kwargs))


class _DiscreetTracer(trace.Tracer):
    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def start_span(
        self,
        name: str,
        context: Context | None = None,
        kind: trace.SpanKind = trace.SpanKind.INTERNAL,
        attributes: Attributes = None,
        *args: Any,  # noqa: ANN401 - as the tracer has them
        **kwargs: Any,  # noqa: ANN401 - as the tracer has them
    ) -> Span:
        shown = {key: each for key, each in (attributes or {}).items() if key not in _HIDDEN}
        return self._tracer.start_span(name, context, kind, shown, *args, **kwargs)

    @contextmanager
    def start_as_current_span(  # type: ignore[override]  # what the tracer takes
        self,
        *args: Any,  # noqa: ANN401 - as the tracer has them
        **kwargs: Any,  # noqa: ANN401 - as the tracer has them
    ) -> Iterator[Span]:
        with self._tracer.start_as_current_span(*args, **kwargs) as span:
            yield span
