"""Versions of policies as answers; see `engine.services.plain_policies`, which writes them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Date = Annotated[str, Field(json_schema_extra={"format": "date"})]
Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Place(_Answer):
    """Where something is wrong: lines and columns count from 1, in code points."""

    file: str
    line: int
    column: int
    length: int
    message: str


class Diagnosis(_Answer):
    """Something that is wrong with a text."""

    code: str = Field(examples=["D205"])
    severity: Literal["error", "warning"]
    file: str = Field(description="`<text>` for the text that was sent, else what it reads.")
    line: int
    column: int
    length: int
    message: str
    hint: str
    notes: list[str]
    related: list[Place]


class Checked(_Answer):
    """Everything that is wrong with a text."""

    ok: bool = Field(description="Whether there is no error; there may be warnings.")
    problems: list[Diagnosis]


class Version(_Answer):
    """A version of a policy, without its text."""

    policy: str
    version: int
    title: str
    state: Literal["waiting for approval", "approved", "rejected"]
    effective: Date
    sha256: str
    author: str
    published_at: Time
    approver: str | None
    approved_at: Time | None
    rejected_by: str | None
    rejected_at: Time | None
    rejection: str | None


class ListedVersion(Version):
    """A version, and until when it is in force."""

    until: Date | None = Field(
        description="The last day before a later approved version; null: for good."
    )


class Part(_Answer):
    """A text or table that a version reads, as it was when the version was published."""

    kind: Literal["policy", "shared", "rates", "exchange"]
    path: str
    sha256: str
    text: str


class WholeVersion(Version):
    """A version with its text, and everything that it reads."""

    text: str
    parts: list[Part]
    calendars: dict[str, Any]


class Published(Version):
    """What came of publishing a version, or of deciding about it."""

    new: bool = Field(description="False: the same text was published already.")
    notes: list[str]
    warnings: list[Diagnosis]
