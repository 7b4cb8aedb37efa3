"""The reports on this machine's own address, for a browser here; nobody else can reach it."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HOST = "127.0.0.1"


class _Quiet(SimpleHTTPRequestHandler):
    """Files of one folder; the terminal shows the address and nothing else."""

    def log_message(self, *_: object) -> None:
        pass


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server for the files of `folder` on localhost; port 0 takes any that is free.

    Raises OSError when the port is taken.
    """
    return ThreadingHTTPServer((HOST, port), partial(_Quiet, directory=str(folder)))


def address(serving: ThreadingHTTPServer) -> str:
    """Where the portal can be opened."""
    return f"http://{HOST}:{serving.server_address[1]}/"
