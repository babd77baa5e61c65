# The accept loop never waits for a client: each connection has a thread and a time limit of its own, and each door bounds their number.
#
#   door: accept → thread: first byte → TLS handshake → requests, one after the other → close

import contextlib
import errno
import os
import signal
import socket
import ssl
import sys
import threading
import time
import traceback
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler

BUSY = 3 / 4  # of a door's places: from here on connections are not kept alive, so that idle ones cannot keep others out
HANDSHAKE_S = 5
IDLE_S = 65  # longer than we promise, so that no request crosses our close
IDLE_PROMISED_S = 60
BODY_MAX = 64 * 1024

Request = namedtuple('Request', 'method target headers body')
Response = namedtuple('Response', 'status body headers', defaults=('', ()))


class Door:
    """One port: its requests go to `answer(request)` and failures of HTTP itself to `failure(status)`, both return a Response;
    `tls()` is the context of a handshake that begins now, None where there can be none yet."""

    def __init__(self, port, answer, failure, tls, places):
        self.port = port
        self.answer = answer
        self.failure = failure
        self.tls = tls
        self.size = places
        self.places = threading.BoundedSemaphore(places)
        self.open = set()

    def busy(self):
        return len(self.open) > BUSY * self.size


class Server:
    def __init__(self, doors, common_headers):
        self.doors = doors
        self.common_headers = common_headers

    def run(self):
        threading.stack_size(512 * 1024)
        threads = ThreadPoolExecutor(sum(door.size for door in self.doors))  # reused: a prober's connect every 10 ms is cheap
        # A server that is stopped holds nothing worth saving: what was not acknowledged is nobody's promise.
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        listeners = [(socket.create_server(('', door.port), backlog=1024), door) for door in self.doors]
        tell_systemd('READY=1')
        for listener, door in listeners:
            threading.Thread(target=self.keep, args=(listener, door, threads), daemon=True).start()
        threading.Event().wait()

    def keep(self, listener, door, threads):
        try:
            self.admit(listener, door, threads)
        finally:
            # A door that cannot be kept takes the whole application with it, or nobody would notice.
            traceback.print_exc()
            os._exit(1)

    def admit(self, listener, door, threads):
        while True:
            door.places.acquire()
            try:
                connection, address = listener.accept()
            except ConnectionError:  # it was gone before we took it
                door.places.release()
            except OSError as error:
                if error.errno not in (errno.EMFILE, errno.ENFILE):
                    raise
                door.places.release()
                print(f'a connection was not accepted: {error}', file=sys.stderr)
                time.sleep(0.1)  # others will have ended
            else:
                threads.submit(self.converse, door, connection, address)

    def converse(self, door, connection, address):
        door.open.add(connection)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(HANDSHAKE_S)
            # A prober connects and leaves; that costs no TLS state.
            tls = connection.recv(1, socket.MSG_PEEK) and door.tls()
            if tls:
                with tls.wrap_socket(connection, server_side=True) as secure:
                    Conversation(secure, address, self, door)
        except OSError:  # the client is gone, silent or no TLS client; ssl.SSLError is one of these
            pass
        except Exception:
            traceback.print_exc()
        finally:
            connection.close()
            door.open.discard(connection)
            door.places.release()


class Conversation(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    timeout = IDLE_S
    wbufsize = -1  # head and body leave together

    def __init__(self, connection, address, server, door):
        self.door = door
        super().__init__(connection, address, server)

    def __getattr__(self, name):
        # http.server asks for do_GET, do_PUT …: which methods there are is the routes' business.
        if name.startswith('do_'):
            return self.respond
        raise AttributeError(name)

    def respond(self):
        length = self.headers.get('Content-Length', '0')
        if 'Transfer-Encoding' in self.headers:
            return self.send_error(411)
        if not (length.isascii() and length.isdigit()):
            return self.send_error(400)
        if len(length) > 9 or int(length) > BODY_MAX:
            return self.send_error(413)
        body = self.rfile.read(int(length))
        if len(body) == int(length):
            self.send(self.door.answer(Request(self.command, self.path, self.headers, body)))
        else:
            self.close_connection = True

    def send_error(self, code, message=None, explain=None):
        """Called by http.server too, for requests that cannot be read; what follows on the connection is unknown."""
        self.close_connection = True
        self.send(self.door.failure(int(code)))
        self.linger()

    def send(self, response):
        body = response.body.encode()
        self.close_connection = self.close_connection or self.door.busy()
        self.send_response_only(response.status)
        self.send_header('Date', self.date_time_string())
        for name, value in (*self.server.common_headers, *response.headers):
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        if self.close_connection:
            self.send_header('Connection', 'close')
        else:
            self.send_header('Keep-Alive', f'timeout={IDLE_PROMISED_S}')
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(body)

    def linger(self):
        # Closing with unread input resets the connection, and the client would never read our answer.
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(1)
        until = time.monotonic() + 2
        while time.monotonic() < until and self.connection.recv(65536):
            pass

    def log_message(self, *_):
        pass


def tell_systemd(state):
    address = os.environ.get('NOTIFY_SOCKET')
    if address:
        with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as notify:
            notify.sendto(state.encode(), '\0' + address[1:] if address.startswith('@') else address)
