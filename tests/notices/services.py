"""Services as they can be: a real server on this machine that answers, fails, dawdles, redirects or never stops."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TAKEN = b'{"errcode": 0, "errmsg": "ok"}'


class Service:
    """``answer(handler)`` writes the answer; ``messages`` are what arrived."""

    def __init__(self):
        self.messages, self.headers, self.answer, self.stopped = [], [], self.says(TAKEN), threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                outer.headers.append(self.headers)
                outer.messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                try:
                    outer.answer(self)
                except OSError:  # the portal has hung up
                    self.close_connection = True

            def do_GET(self):
                outer.messages.append("GET")
                outer.answer(self)

            def log_message(self, *_words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    def __enter__(self):
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()
        return self

    def __exit__(self, *_error):
        self.stopped.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/cgi-bin/webhook/send?key=secret"

    @staticmethod
    def says(body, status=200, **headers):
        def answer(handler):
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        return answer

    def never(self, handler):
        """Take the message and say nothing."""
        self.stopped.wait(30)

    def drops(self, handler):
        """A byte a second, so that no single wait is long."""
        handler.send_response(200)
        handler.end_headers()
        while not self.stopped.wait(1):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    def forever(self, handler):
        """Megabytes without an end."""
        handler.send_response(200)
        handler.end_headers()
        while not self.stopped.is_set():
            handler.wfile.write(b" " * 65536)


class Phones:
    """A provider of text messages; ``sent`` is what it took."""

    sent: list = []

    def send(self, *, phone, text, key):
        self.sent.append((phone, text, key))


class SilentPhones(Phones):
    """One that takes a message and does not answer, so that nobody knows."""

    def send(self, **message):
        super().send(**message)
        raise TimeoutError
