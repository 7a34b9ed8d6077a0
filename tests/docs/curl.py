"""`curl` as the documents use it, without curl: the command line is read and sent by httpx2.

Only the options that a document needs are known; another one is an error of the test.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote, urlsplit, urlunsplit

import httpx2

if TYPE_CHECKING:
    from collections.abc import Sequence

FORM = "application/x-www-form-urlencoded"
"""What curl says of a body unless it is told otherwise."""
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a command line of curl says it."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    shows_head: bool
    """Whether status and headers are printed, too (`-i`)."""
    output: str | None
    """The file into which the answer goes, instead of being printed."""

    @property
    def path(self) -> str:
        """What is asked, still percent-encoded."""
        return urlsplit(self.url).path

    def send(self, address: str) -> httpx2.Response:
        """Send it to a service; `address` (`127.0.0.1:4711`) stands for the one in the document."""
        parts = urlsplit(self.url)
        url = urlunsplit(("http", address, parts.path, parts.query, ""))
        # curl asks for anything unless it is told otherwise, and says nothing of compression.
        headers = httpx2.Headers({"Accept": "*/*", "Accept-Encoding": "identity"})
        headers.update(self.headers)
        return httpx2.request(
            self.method, url, headers=headers, content=self.body, timeout=SECONDS, trust_env=False
        )


class _Options(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise AssertionError(f"tests/docs/curl.py: {message}")


def _options() -> argparse.ArgumentParser:
    options = _Options(allow_abbrev=False, add_help=False)
    options.add_argument("url")
    options.add_argument("-X", "--request", dest="method")
    options.add_argument("-H", "--header", dest="headers", action="append", default=[])
    for name in ("-d", "--data", "--data-binary", "--data-raw", "--data-urlencode"):
        options.add_argument(name, dest="data", action=_Data, default=[])
    options.add_argument("-G", "--get", action="store_true")
    options.add_argument("-i", "--include", action="store_true")
    options.add_argument("-o", "--output")
    # What is shown on the way is nothing that a document prints.
    for name in ("-s", "-S", "-N", "-f"):
        options.add_argument(name, action="store_true", dest="quiet")
    return options


class _Data(argparse.Action):
    """A part of the body, with the option that it was given by."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - argparse calls it so
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        namespace.data = [*namespace.data, (option_string, str(values))]


def read(words: Sequence[str], *, files: bool = True) -> Request:
    """The request that words after `curl` say; with `files=False`, no file is read for it."""
    given = _options().parse_intermixed_args(list(words))
    parts = [_part(option, value, files=files) for option, value in given.data]
    data = b"&".join(parts) if parts else None
    headers = []
    for header in given.headers:
        name, _, value = header.partition(":")
        headers.append((name.strip(), value.strip()))
    url = given.url
    if given.get and data is not None:
        url, data = f"{url}{'&' if '?' in url else '?'}{data.decode()}", None
    if data is not None and "content-type" not in {name.lower() for name, _ in headers}:
        headers.append(("Content-Type", FORM))
    method = given.method or ("GET" if data is None else "POST")
    return Request(method, url, tuple(headers), data, given.include, given.output)


def _part(option: str, value: str, *, files: bool) -> bytes:
    if option == "--data-urlencode":
        name, _, text = value.partition("=")
        return f"{name}={quote(text, safe='')}".encode()
    if option == "--data-raw" or not value.startswith("@"):
        return value.encode()
    content = Path(value[1:]).read_bytes() if files else b""
    # curl takes line ends out of a file unless it is told to leave it alone.
    return content if option == "--data-binary" else content.translate(None, b"\r\n\0")
