"""The catalogue of codes: one page for everything that can be wrong with a policy."""
