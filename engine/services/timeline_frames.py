"""Simulations on their way from one process to another: frames of JSON and bytes, and requests."""

from __future__ import annotations

import datetime
import json
from array import array
from collections import Counter
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from engine.services.actors import Actor, Refused
from engine.services.simulation_asked import EACH_DAY, Asked
from engine.services.simulation_policies import AskedVersion
from engine.services.timelines import Block, Ladder, Line, Mark, Opening, Side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.services.plain import Plain

LENGTH = 4
"""Bytes in which the length of a part is written."""


@dataclass(frozen=True, slots=True)
class Broken:
    """It could not go on."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Over:
    """Everybody was played."""


@dataclass(frozen=True, slots=True)
class Written:
    """What happens was written to a file, so far or all of it."""

    debtors: int
    """Who were played."""
    of: int
    events: int = 0
    """Written in the end."""


Frame = Opening | Block | Refused | Broken | Over | Written


# -------------------------------------------------------------------------------------- requests


def written_request(address: str, actor: Actor, asked: Asked, file: Path | None) -> bytes:
    """What is to be played, in one line; with a file, what happens is written there instead."""
    known = asked.known
    plain = {
        "address": address,
        "file": None if file is None else str(file),
        "actor": [actor.name, actor.role],
        "first": asked.first.isoformat(),
        "last": asked.last.isoformat(),
        "case": asked.case,
        "customer": asked.customer,
        "run_on": asked.run_on,
        "known": known.isoformat() if isinstance(known, datetime.datetime) else known,
        "no_more_payments": asked.no_more_payments,
        "from_scratch": asked.from_scratch,
        "what_if": [dict(each) for each in asked.what_if],
        "policies": _written(asked.policies),
        "against": _written(asked.against),
    }
    return json.dumps(plain).encode() + b"\n"


def _written(versions: Sequence[AskedVersion] | None) -> list[Plain] | None:
    return None if versions is None else [asdict(each) for each in versions]


def read_request(line: bytes) -> tuple[str, Actor, Asked, Path | None]:
    """What `written_request` wrote."""
    plain = json.loads(line)
    known = plain["known"]
    asked = Asked(
        datetime.date.fromisoformat(plain["first"]),
        datetime.date.fromisoformat(plain["last"]),
        case=plain["case"],
        customer=plain["customer"],
        run_on=plain["run_on"],
        known=known if known in {None, EACH_DAY} else datetime.datetime.fromisoformat(known),
        no_more_payments=plain["no_more_payments"],
        from_scratch=plain["from_scratch"],
        what_if=plain["what_if"],
        policies=_read(plain["policies"]),
        against=_read(plain["against"]),
    )
    file = None if plain["file"] is None else Path(plain["file"])
    return plain["address"], Actor(*plain["actor"]), asked, file


def _read(versions: Sequence[Mapping[str, Any]] | None) -> list[AskedVersion] | None:
    return None if versions is None else [AskedVersion(**each) for each in versions]


# ---------------------------------------------------------------------------------------- frames


def write_frame(stream: IO[bytes], frame: Frame) -> None:
    """Write a frame, and see to it that it is under way."""
    head, parts = _head(frame)
    text = json.dumps(head).encode()
    for part in (text, *parts):
        stream.write(len(part).to_bytes(LENGTH, "big"))
        stream.write(part)
    stream.flush()


def _head(frame: Frame) -> tuple[Plain, list[bytes]]:
    match frame:
        case Block():
            head: Plain = {
                "kind": "block",
                "done": frame.done,
                "lines": [astuple(each) for each in frame.lines],
                "figures": [
                    [(*key, count) for key, count in side.figures.items()] for side in frame.sides
                ],
            }
            return head, [
                part
                for side in frame.sides
                for part in (side.symbols, side.happens.tobytes(), side.charges.tobytes())
            ]
        case Opening():
            return {"kind": "opening", **asdict(frame)}, []
        case Refused():
            problem = {"code": frame.code, "message": frame.message, "hint": frame.hint}
            return {"kind": "refused", **problem}, []
        case Broken():
            return {"kind": "broken", **asdict(frame)}, []
        case Over():
            return {"kind": "over"}, []
        case Written():
            return {"kind": "written", **asdict(frame)}, []


def read_frame(stream: IO[bytes]) -> Frame | None:
    """The next frame; None where the stream ends."""
    text = _part(stream)
    if text is None:
        return None
    head = json.loads(text)
    match head.pop("kind"):
        case "block":
            return _block(stream, head)
        case "opening":
            ladders = tuple(_ladder(each) for each in head["ladders"])
            return Opening(head["debtors"], ladders, tuple(head["still"]))
        case "refused":
            return Refused(**head)
        case "broken":
            return Broken(**head)
        case "written":
            return Written(**head)
        case _:
            return Over()


def _block(stream: IO[bytes], head: Plain) -> Frame | None:
    sides = []
    figures: Any = head["figures"]
    for each in figures:
        symbols, happens, charges = _part(stream), _part(stream), _part(stream)
        if symbols is None or happens is None or charges is None:
            return None
        counted = Counter({(day, what, name): count for day, what, name, count in each})
        sides.append(Side(symbols, array("I", happens), array("q", charges), counted))
    lines: Any = head["lines"]
    done: Any = head["done"]
    return Block(done, tuple(Line(*each) for each in lines), tuple(sides))


def _ladder(plain: Mapping[str, Any]) -> Ladder:
    return Ladder(
        tuple((policy, version, sha256) for policy, version, sha256 in plain["versions"]),
        {int(rung): titles for rung, titles in plain["rungs"].items()},
        tuple(Mark(**each) for each in plain["marks"]),
    )


def _part(stream: IO[bytes]) -> bytes | None:
    length = stream.read(LENGTH)
    if len(length) < LENGTH:
        return None
    count = int.from_bytes(length, "big")
    part = stream.read(count)
    return part if len(part) == count else None
