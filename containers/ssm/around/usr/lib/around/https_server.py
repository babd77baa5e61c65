# The accept loop never waits for a client: each connection has a thread and time limits of its own, and carries one request.
#
#   accept → thread: TLS handshake → request → answer → close

import contextlib
import socket
import ssl
import sys
import threading
import time
import traceback
from collections import namedtuple
from http.server import BaseHTTPRequestHandler

CONNECTIONS = 200
HANDSHAKE_S = 5
SILENCE_S = 15

Request = namedtuple('Request', 'method target headers body')
Response = namedtuple('Response', 'status body headers')


class HttpsServer:
    """Hands each Request to `answer`, and what is no request to `failure(status, why)`; both return a Response. No Response: the line is cut."""

    def __init__(self, port, tls, answer, failure, body_max):
        self.port = port
        self.answer = answer
        self.failure = failure
        self.body_max = body_max
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            self.tls.load_cert_chain(f'{tls}/server.crt', f'{tls}/server.key')
        except OSError as error:
            raise OSError(f'{tls}/server.crt and server.key cannot be used: {error.strerror or error}') from error
        self.places = threading.BoundedSemaphore(CONNECTIONS)
        self.lock = threading.Lock()
        self.listener = None
        self.connections = set()

    def open(self):
        listener = socket.create_server(('', self.port), backlog=128)
        with self.lock:
            self.listener = listener
        threading.Thread(target=self.accept, args=(listener,), daemon=True).start()

    def close(self):
        """When this returns the port refuses, and nobody is connected any more."""
        with self.lock:
            listener, self.listener = self.listener, None
            cut = list(self.connections)
        if listener:
            shut(listener)  # wakes the one who waits in accept()
            listener.close()
        for connection in cut:
            shut(connection)

    def accept(self, listener):
        while True:
            self.places.acquire()
            try:
                connection, address = listener.accept()
                threading.Thread(target=self.converse, args=(connection, address, listener), daemon=True).start()
            except (OSError, RuntimeError) as error:  # closed by us; the client was gone; or no descriptor, no thread is left
                self.places.release()
                if self.listener is not listener:
                    return
                if not isinstance(error, ConnectionError):
                    print(f'a connection was not accepted: {error}', file=sys.stderr, flush=True)
                    time.sleep(0.1)

    def converse(self, connection, address, listener):
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(HANDSHAKE_S)
            connection = self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            with self.lock:
                if self.listener is not listener:
                    return
                self.connections.add(connection)
            connection.do_handshake()
            Conversation(connection, address, self)
        except OSError:  # the client is gone, silent or no TLS client; ssl.SSLError is one of these
            pass
        except Exception:
            traceback.print_exc()
        finally:
            with self.lock:
                self.connections.discard(connection)
            connection.close()
            self.places.release()


class Conversation(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    timeout = SILENCE_S
    wbufsize = -1  # head and body leave together

    def __getattr__(self, name):
        # http.server asks for do_GET, do_PUT …: which methods there are is the service's business.
        if name.startswith('do_'):
            return self.respond
        raise AttributeError(name)

    def respond(self):
        length = self.headers.get('Content-Length', '0')
        if 'Transfer-Encoding' in self.headers:
            return self.send_error(411, 'A body needs a Content-Length.')
        if not (length.isascii() and length.isdigit()):
            return self.send_error(400, 'Content-Length is no number.')
        if len(length) > 9 or int(length) > self.server.body_max:
            return self.send_error(413, f'The body is longer than {self.server.body_max} bytes.')
        body = self.rfile.read(int(length))
        self.close_connection = True
        if len(body) == int(length):
            self.send(self.server.answer(Request(self.command, self.path, self.headers, body)))

    def send_error(self, code, message=None, explain=None):
        """Called by http.server too, for what it cannot read."""
        self.send(self.server.failure(int(code), message or self.responses.get(int(code), ('',))[0]))
        self.linger()

    def send(self, response):
        self.close_connection = True
        if response is None:
            return
        body = response.body.encode()
        self.send_response_only(response.status)
        self.send_header('Date', self.date_time_string())
        for name, value in response.headers:
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        self.send_header('Connection', 'close')
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(body)

    def linger(self):
        # Closing with unread input resets the connection, and the client would never read our answer.
        self.wfile.flush()
        self.connection.settimeout(1)
        until = time.monotonic() + 2
        while time.monotonic() < until and self.connection.recv(65536):
            pass

    def log_message(self, *_):
        pass


def shut(connection):
    # Not SSLSocket's own shutdown(): that one takes the TLS object away from the thread which uses it.
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
