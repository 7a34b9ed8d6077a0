"""Alembic migrations of a store; `engine.store.migrate` runs them."""
