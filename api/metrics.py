"""Figures for Prometheus: what was asked, decided and written, and how the store stands.

Labels hold templates of routes, outcomes, names of policies and states: as many as there are of
those, whatever is asked. What the store knows is asked of it when the figures are, not before.
"""

from __future__ import annotations

import platform
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily

from engine.services.version import program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prometheus_client import Metric

    from api.calls import Call, Traffic
    from engine.services.figures import Figure

    _Version: TypeAlias = tuple[str, int, str]

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

disable_created_metrics()  # type: ignore[no-untyped-call]  # as many series again, and nobody looks at them


class Metrics:
    """The figures of one application."""

    def __init__(self, traffic: Traffic) -> None:
        """Nothing was asked yet."""
        self.registry = CollectorRegistry()
        for collect in (ProcessCollector, PlatformCollector, GCCollector):
            collect(registry=self.registry)
        self._requests = Counter(
            "dunlang_requests",
            "Requests that were answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "dunlang_request_seconds",
            "Time from the head of a request to the end of its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._decisions = Counter(
            "dunlang_decisions",
            "Decisions that were answered, one by one and in batches.",
            ("outcome", "policy"),
            registry=self.registry,
        )
        self._rows = Counter(
            "dunlang_rows_written",
            "Customers, invoices and events that were written over HTTP.",
            ("kind", "result"),
            registry=self.registry,
        )
        self._known: dict[tuple[str, str, int | None], tuple[Any, Any]] = {}
        self._decided: dict[tuple[str, str | None], Any] = {}
        self._traffic = traffic

    def answered(self, call: Call) -> None:
        """Count a request, and what was decided and written in it."""
        key = call.method, call.route, call.status
        found = self._known.get(key)
        if found is None:
            status = "broken off" if call.status is None else str(call.status)
            counter = self._requests.labels(call.method, call.route, status)
            found = self._known[key] = counter, self._seconds.labels(call.route)
        found[0].inc()
        found[1].observe(call.seconds)
        for decided, many in call.decisions.items():
            of_them = self._decided.get(decided)
            if of_them is None:
                outcome, policy = decided
                of_them = self._decided[decided] = self._decisions.labels(outcome, policy or "")
            of_them.inc(many)
        if call.rows and call.status is not None and call.status < HTTPStatus.BAD_REQUEST:
            for (kind, result), many in call.rows.items():
                self._rows.labels(kind, result).inc(many)

    def text(self, store: Sequence[Figure] | None, policies: Sequence[_Version]) -> bytes:
        """All of it. `store`: None if it cannot be reached."""
        shown = CollectorRegistry(auto_describe=False)
        shown.register(_Now(self._traffic, store, policies))
        return generate_latest(self.registry) + generate_latest(shown)


class _Now:
    """What is not counted but looked at."""

    def __init__(
        self,
        traffic: Traffic,
        store: Sequence[Figure] | None,
        policies: Sequence[_Version],
    ) -> None:
        self.traffic, self.store, self.policies = traffic, store, policies

    def collect(self) -> Iterator[Metric]:
        """As Prometheus's client asks for it."""
        name, _, version = program().partition(" ")
        python = platform.python_version()
        info = "Which program this is; always 1."
        yield _gauge(f"{name}_build_info", info, {"version": version, "python": python}, 1)
        # Who asks for the figures is being answered, too.
        running = "Requests that are being answered, this one among them."
        yield _gauge("dunlang_requests_in_flight", running, {}, self.traffic.running)
        reached = "Whether the store could be reached just now."
        yield _gauge("dunlang_store_reachable", reached, {}, int(self.store is not None))
        policies = GaugeMetricFamily(
            "dunlang_policy_in_force",
            "Versions of policies that count, with the SHA-256 of their text; always 1.",
            labels=("policy", "version", "sha256"),
        )
        for policy, number, sha256 in self.policies:
            policies.add_metric((policy, str(number), sha256), 1)
        yield policies
        for figure in self.store or ():
            name = f"dunlang_{figure.name}"
            family = GaugeMetricFamily(name, figure.meaning, labels=figure.labels)
            for values, found in figure.values.items():
                family.add_metric(values, found)
            yield family


def _gauge(name: str, meaning: str, labels: Mapping[str, str], value: float) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, meaning, labels=tuple(labels))
    family.add_metric(tuple(labels.values()), value)
    return family
