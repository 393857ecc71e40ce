"""A web server on this machine, for files behind http://."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread


class _WithoutRanges(SimpleHTTPRequestHandler):
    """Sends whole files, whatever range is asked for."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""

    def send_header(self, keyword: str, value: str) -> None:
        """Send a header, unless it is one to be kept back."""
        if self.server.lengths or keyword != "Content-Length":
            super().send_header(keyword, value)

    def copyfile(self, source: object, outputfile: object) -> None:
        """Send, until the reader has enough."""
        try:
            super().copyfile(source, outputfile)
        except ConnectionError:
            self.close_connection = True


class _WithRanges(_WithoutRanges):
    """Sends the range that is asked for."""

    def do_GET(self) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        file = Path(self.translate_path(self.path))
        if asked is None or not file.is_file():
            super().do_GET()
            return
        first, last = int(asked[1]), int(asked[2])
        part = file.read_bytes()[first : last + 1]
        self.send_response(206)
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Content-Range", f"bytes {first}-{last}/{file.stat().st_size}")
        self.end_headers()
        self.wfile.write(part)


@contextmanager
def served(folder: Path, *, ranges: bool = True, lengths: bool = True) -> Iterator[str]:
    """The address of `folder` on a server that sends parts of files if asked, and says lengths."""
    kind = _WithRanges if ranges else _WithoutRanges
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(kind, directory=str(folder)))
    server.lengths = lengths
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
