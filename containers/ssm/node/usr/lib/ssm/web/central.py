# Cisco Software Central, as this server talks to it: JSON over TLS, verified by the CA that signs products' certificates.

import contextlib
import http.client
import json
import socket
import ssl
import threading
import time

CA = '/etc/ssm/tls/licensing-ca.crt'
PORT = 443
PATIENCE_S = 20  # for all of it
ANSWER_MAX = 1024 * 1024


class CentralAway(Exception):
    """It did not answer, or not in a way that can be understood."""


class CentralRefused(Exception):
    """It answered no."""


def synchronize(host, request):
    """Its answer: `synchronized_at`, `registered`, `certificate`, `purchased`."""
    try:
        status, body = exchange(host, json.dumps(request))
        said = json.loads(body)
    except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
        raise CentralAway(f'Cisco Software Central does not answer: {error}') from error
    if status != 200:
        raise CentralRefused(str(said.get('error', f'http {status}') if isinstance(said, dict) else f'http {status}'))
    return said


def exchange(host, body):
    """(status, body of the answer). Time limits of sockets are per packet, so the connection is cut when the time is up."""
    until = time.monotonic() + PATIENCE_S
    tls = ssl.create_default_context(cafile=CA)
    with socket.create_connection((host, PORT), PATIENCE_S) as plain:
        plain.settimeout(max(until - time.monotonic(), 0.1))
        with tls.wrap_socket(plain, server_hostname=host) as secure:
            cut = threading.Timer(until - time.monotonic(), shut, (secure,))
            cut.daemon = True
            cut.start()
            try:
                connection = http.client.HTTPSConnection(host, context=tls)
                connection.sock = secure
                connection.request('POST', '/api/synchronize', body, {'Content-Type': 'application/json', 'Connection': 'close'})
                answer = connection.getresponse()
                return answer.status, answer.read(ANSWER_MAX)
            except (OSError, http.client.HTTPException) as error:
                raise TimeoutError(f'not within {PATIENCE_S} s') if time.monotonic() >= until else error
            finally:
                cut.cancel()


def shut(connection):
    # Not SSLSocket's own shutdown(): that one takes the TLS object away from the thread which uses it.
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
