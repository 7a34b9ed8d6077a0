"""The tree of a policy: frozen nodes, a span on each, the span outside equality."""
