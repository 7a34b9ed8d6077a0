"""The pages, and what they may load: nothing of another place, and no script in a page."""

from __future__ import annotations

import gzip
import secrets
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, Response

if TYPE_CHECKING:
    from starlette.requests import Request

_FOLDER = Path(__file__).parent / "static"
_KINDS = {".css": "text/css; charset=utf-8", ".mjs": "text/javascript; charset=utf-8"}
_YEAR = 31_536_000

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: a form would then be sent without its origin, which is looked at.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What every answer says."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that pages load."""

    kind: str
    text: bytes
    packed: bytes


@cache
def files() -> dict[str, File]:
    """All of them, by their names; small enough to be held."""
    found = {}
    for path in sorted(_FOLDER.rglob("*")):
        kind = _KINDS.get(path.suffix)
        if kind is not None:
            text = path.read_bytes()
            name = path.relative_to(_FOLDER).as_posix()
            found[name] = File(kind, text, gzip.compress(text, mtime=0))
    return found


@cache
def edition() -> str:
    """Another one for other files: so a browser may keep them for good."""
    found = sha256()
    for name, file in files().items():
        found.update(name.encode() + b"\0" + file.text)
    return found.hexdigest()[:16]


def static(request: Request) -> Response:
    """A file that pages load."""
    file = files().get(request.path_params["name"])
    if file is None or request.path_params["edition"] != edition():
        return Response(status_code=HTTPStatus.NOT_FOUND, headers=HEADERS)
    headers = {
        **HEADERS,
        "Cache-Control": f"public, max-age={_YEAR}, immutable",
        "Content-Type": file.kind,
        "Vary": "Accept-Encoding",
    }
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, headers={**headers, "Content-Encoding": "gzip"})
    return Response(file.text, headers=headers)


def login_page(name: str = "", said: str = "", status: int = 200) -> Response:
    """Asks who somebody is."""
    role = 'role="alert"' if status != HTTPStatus.OK else 'role="status"'
    note = f"<p class=said {role}>{escape(said)}</p>" if said else ""
    first, second = ("", " autofocus") if name else (" autofocus", "")
    body = f"""\
<main class=card>
<h1>dun admin</h1>
{note}
<form method=post action=login>
<label for=name>Name</label>
<input id=name name=name value="{escape(name)}" autocomplete=username autocapitalize=none
 spellcheck=false required maxlength=200{first}>
<label for=password>Password</label>
<input id=password name=password type=password autocomplete=current-password required{second}>
<button>Log in</button>
</form>
</main>"""
    return _page("Log in", body, status)


def said_page(title: str, said: str, status: int) -> Response:
    """Says one thing."""
    body = (
        f"<main class=card><h1>dun admin</h1><p class=said role=alert>{escape(said)}</p>"
        '<p><a href="./">Try again</a></p></main>'
    )
    return _page(title, body, status)


def terminal_page(request: Request, person: str, store: str) -> Response:
    """Shows the admin."""
    nonce = secrets.token_urlsafe(16)
    base = f"static/{edition()}"
    body = f"""\
<header>
<strong>dun</strong>
<span>{escape(person)}</span>
<span class=hint>the browser keeps ctrl+w, ctrl+t and ctrl+n for itself;
 : finds everything by name</span>
<form method=post action=logout><button>Log out</button></form>
</header>
<main id=terminal></main>
<div id=over hidden>
<div class=card>
<p id=said role=status></p>
<p><button id=again type=button>Open again</button></p>
</div>
</div>
<p id=note role=status hidden></p>
<noscript><p class=card>The admin needs JavaScript.</p></noscript>
<script id=start type=module src="{base}/terminal.mjs" nonce="{nonce}"></script>"""
    scheme = "wss" if request.url.scheme == "https" else "ws"
    connect = f"'self' {scheme}://{request.headers.get('host', '')}"
    return _page(f"{store} - dun admin", body, HTTPStatus.OK, nonce, connect)


def _page(title: str, body: str, status: int, nonce: str = "", connect: str = "'none'") -> Response:
    base = f"static/{edition()}"
    sheets = ["page.css", *(["xterm/xterm.css"] if nonce else [])]
    links = "\n".join(f'<link rel=stylesheet href="{base}/{each}">' for each in sheets)
    # The emulator makes style sheets of its own; with the nonce they are let through, and no other.
    styles = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    policy = (
        f"default-src 'none'; script-src 'self'; style-src {styles}; connect-src {connect};"
        " img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    text = f"""\
<!doctype html>
<html lang=en>
<meta charset=utf-8>
<meta name=viewport content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel=icon href="data:,">
{links}
{body}
"""
    headers = {**HEADERS, "Content-Security-Policy": policy, "Cache-Control": "no-store"}
    return HTMLResponse(text, status, headers)
