"""Versions of policies: listed, checked, published, approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias
from urllib.parse import quote

from fastapi import APIRouter, Body, Header, Path, Query, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from api.answers import COMMON
from api.context import Asking, Shared
from api.etags import is_known
from api.idempotency import Repeatable
from api.paging import Listed, Paged, page, place_in
from api.problems import ProblemError, refused
from api.schemas.differences import DifferenceFound
from api.schemas.policies import Checked, ListedVersion, Published, WholeVersion
from api.turns import late
from api.values import IsoDate, Strict, Words
from engine.services import given_text, policy_lists, publishing
from engine.services.actors import Refused
from engine.services.comparing import plain_difference
from engine.services.plain_policies import (
    plain_listed,
    plain_problems,
    plain_publication,
    plain_whole,
)
from engine.services.publishing import HIGHEST, Faulty
from engine.services.stored_difference import difference_of_store

if TYPE_CHECKING:
    from engine.services.policy_lists import Listed as ListedOne
    from engine.services.publishing import Publication

router = APIRouter(prefix="/v1/policies", tags=["policies"])

LONGEST = 200_000
"""Characters of a text."""
_LIST = "policies"

PolicyId: TypeAlias = Annotated[
    str, Path(max_length=200, pattern=r"^\w+$", description="The policy, such as `de_standard`.")
]
Number: TypeAlias = Annotated[int, Path(ge=1, le=HIGHEST, description="Of the version.")]


class AskedPolicies(Paged):
    """Which versions are asked for."""

    on: IsoDate | None = None
    """Only the versions in force on this day."""


class GivenText(Strict):
    """A text of a policy, or one that policies include."""

    text: Annotated[Words, Field(min_length=1, max_length=LONGEST)]


class Approval(Strict):
    """The version takes effect on its effective date."""

    verdict: Literal["approve"]


class Rejection(Strict):
    """The version never takes effect."""

    verdict: Literal["reject"]
    reason: Annotated[Words, Field(min_length=1, max_length=2_000)]


Verdict = Annotated[Approval | Rejection, Body(discriminator="verdict")]


@router.get(
    "",
    operation_id="list_policies",
    response_model=None,
    responses={200: {"model": Listed[ListedVersion]}, **COMMON},
)
def get_policies(
    asked: Annotated[AskedPolicies, Query()], shared: Shared, actor: Asking
) -> JSONResponse:
    """The published versions by policy and number, and when each is in force."""
    found = policy_lists.listed_versions(shared.database, actor, asked.on)
    if isinstance(found, Refused):
        raise refused(found)
    after = place_in(_LIST, asked.cursor, str, int)
    rest = [each for each in found if after is None or _place(each) > after]
    body = page(_LIST, rest[: asked.limit + 1], asked.limit, plain_listed, _place)
    return JSONResponse(body)


def _place(each: ListedOne) -> tuple[str, int]:
    return each.version.policy, each.version.version


@router.post(
    "/check",
    operation_id="check_policy",
    response_model=None,
    responses={200: {"model": Checked}, **COMMON},
)
def check_policy(given: GivenText, shared: Shared, actor: Asking) -> JSONResponse:
    """Everything that is wrong with a text. Nothing is kept."""
    problems = given_text.check_text(shared.database, actor, given.text)
    if isinstance(problems, Refused):
        raise refused(problems)
    found = plain_problems(problems)
    ok = all(each["severity"] != "error" for each in found)
    return JSONResponse({"ok": ok, "problems": found})


@router.get(
    "/{policy}/versions/{number}",
    operation_id="policy_version",
    response_model=None,
    responses={
        200: {"model": WholeVersion, "headers": {"ETag": {"schema": {"type": "string"}}}},
        304: {"description": "It is still what If-None-Match names."},
        **COMMON,
    },
)
def get_version(
    policy: PolicyId,
    number: Number,
    shared: Shared,
    actor: Asking,
    if_none_match: Annotated[str | None, Header(description="An ETag.")] = None,
) -> Response:
    """A version with its exact text, and everything that it reads."""
    found = policy_lists.version_of(shared.database, actor, policy, number)
    if isinstance(found, Refused):
        raise refused(found)
    body = plain_whole(found)
    headers = {"ETag": _etag(body)}
    if is_known(headers["ETag"], if_none_match):
        return Response(status_code=304, headers=headers)
    return JSONResponse(body, headers=headers)


class AskedDifference(Strict):
    """Which versions are compared."""

    old: Annotated[int, Field(ge=1, le=HIGHEST, alias="from")]
    """The number of one version."""
    new: Annotated[int, Field(ge=1, le=HIGHEST, alias="to")]
    """The number of the other."""
    on: IsoDate | None = None
    """Also decide every open case for this day under both, and count whom it moves."""


@router.get(
    "/{policy}/diff",
    operation_id="policy_diff",
    response_model=None,
    responses={200: {"model": DifferenceFound}, **COMMON},
)
def get_difference(
    policy: PolicyId, asked: Annotated[AskedDifference, Query()], shared: Shared, actor: Asking
) -> JSONResponse:
    """What changed in meaning between two versions, setting by setting; and whom it moves."""
    found = difference_of_store(
        shared.database, actor, policy, asked.old, asked.new, on=asked.on, is_late=late()
    )
    if isinstance(found, Refused):
        raise refused(found)
    return JSONResponse(plain_difference(*found))


@router.post(
    "/{policy}/versions",
    operation_id="publish_policy",
    response_model=None,
    status_code=201,
    responses={
        201: {"model": Published},
        200: {"model": Published, "description": "The same text was published already."},
        **COMMON,
    },
)
def publish_policy(
    policy: PolicyId, given: GivenText, shared: Shared, actor: Asking, repeatable: Repeatable
) -> Response:
    """Keep a version of a policy for good; it takes effect when another person approves it."""

    def do() -> JSONResponse:
        found = given_text.publish_text(shared.database, actor, policy, given.text, shared.clock())
        if isinstance(found, Faulty):
            problems = plain_problems(found.problems)
            raise ProblemError(
                422, found.code, found.message, found.hint, code=found.code, errors=problems
            )
        return _said(found, 201)

    return repeatable.once(do)


@router.post(
    "/{policy}/versions/{number}/approval",
    operation_id="approve_policy",
    response_model=None,
    responses={200: {"model": Published}, **COMMON},
)
def approve_policy(
    policy: PolicyId,
    number: Number,
    verdict: Verdict,
    shared: Shared,
    actor: Asking,
    repeatable: Repeatable,
) -> Response:
    """Let another person's version take effect, or never."""
    what = shared.database, actor, policy, number

    def do() -> JSONResponse:
        if isinstance(verdict, Rejection):
            return _said(publishing.reject(*what, verdict.reason, shared.clock()), 200)
        found = publishing.approve(*what, shared.clock())
        shared.forget()
        return _said(found, 200)

    return repeatable.once(do)


def _said(found: Publication | Refused, status: int) -> JSONResponse:
    if isinstance(found, Refused):
        raise refused(found)
    body = plain_publication(found)
    name = f"/v1/policies/{quote(found.version.policy)}/versions/{found.version.version}"
    headers = {"ETag": _etag(body), "Location": name}
    return JSONResponse(body, status if found.is_new else 200, headers)


def _etag(version: dict[str, Any]) -> str:
    """Of a version: its text never changes, and its state may."""
    state = str(version["state"]).partition(" ")[0]
    return f'"{version["sha256"]}-{state}"'
