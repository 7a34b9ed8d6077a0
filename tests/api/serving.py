"""A service over a small company, asked without a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.testclient import TestClient

from api.app import make_app
from api.worker import kinds
from engine.services.actors import Actor
from engine.services.job_worker import Worker
from engine.services.programs import create_key
from tests.engine.services.publications import NOW, new

if TYPE_CHECKING:
    from fastapi import FastAPI

    from engine.services.actors import Role
    from engine.store.database import Database

ADMIN = Actor("anna", "admin")


def key_of(database: Database, role: Role) -> str:
    """The key of a program with a role."""
    return new(create_key(database, ADMIN, f"{role}-program", role, NOW)).text


def work_at_once(app: FastAPI, database: Database, letters: Path) -> None:
    """Let work in the background be done in the request that asks for it."""
    app.state.background.call = Worker(database, lambda: NOW, kinds(str(letters))).work


def served(
    database: Database, role: Role | None = "viewer", letters: Path = Path("nowhere")
) -> TestClient:
    """A client of the service with a key of a role, or with none; `letters` is where they go."""
    app = make_app(database, lambda: NOW)
    work_at_once(app, database, letters)
    client = TestClient(app, raise_server_exceptions=False)
    if role is not None:
        client.headers["Authorization"] = f"Bearer {key_of(database, role)}"
    return client
