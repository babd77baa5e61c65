# One question to SSM On-Prem and its answer: POST of JSON over TLS, verified, within a time limit for all of it.

import http.client
import json
import queue
import socket
import ssl
import threading
from contextlib import suppress
from urllib.parse import urlsplit

from words import is_text, printable

ANSWER_MAX = 1024 * 1024
REASON_MAX = 400


class Failed(Exception):
    """There is no answer to work with, and asking again would not change that."""


class Passing(Failed):
    """A failure that may be gone at the next attempt."""


class Silent(Passing):
    """The time was up."""


def ask(url, message, ca, within):
    """The JSON object of a 200; everything else is Failed."""
    try:
        tls = ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise Failed(f'the certificate of the licensing CA cannot be read: {error.strerror or error} ({ca})') from error
    parts = urlsplit(url)
    where = f'{parts.hostname}:{parts.port or 443}'
    connection = http.client.HTTPSConnection(parts.hostname, parts.port or 443, timeout=within, context=tls)
    outcome, over = queue.SimpleQueue(), threading.Event()
    # Time limits of sockets are per packet, and looking up a name has none.
    threading.Thread(target=converse, args=(connection, parts, message, outcome, over), daemon=True).start()
    try:
        status, body, error = outcome.get(timeout=within)
    except queue.Empty:
        raise Silent(f'no answer from {where} within {within:.1f} s') from None
    finally:
        over.set()
        cut(connection)
    if error:
        raise in_words(error, where, within) from error
    return understood(status, body)


def converse(connection, parts, message, outcome, over):
    try:
        connection.connect()
        connection.auto_open = 0  # cut meanwhile, it stays so
        if not over.is_set():
            path = (parts.path or '/') + (f'?{parts.query}' if parts.query else '')
            connection.request('POST', path, json.dumps(message), {'Content-Type': 'application/json', 'Connection': 'close'})
            answer = connection.getresponse()
            outcome.put((answer.status, answer.read(ANSWER_MAX + 1), None))
    except Exception as error:
        outcome.put((None, None, error))
    finally:
        connection.close()


def cut(connection):
    """Wakes the thread that waits for it, and that closes it."""
    open_socket = connection.sock  # None before it is connected, and when it was closed
    with suppress(OSError):
        if open_socket:
            socket.socket.shutdown(open_socket, socket.SHUT_RDWR)


def in_words(error, where, within):
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failed(f'certificate verify failed: {printable(error.verify_message).rstrip(".")} ({where})')
    if isinstance(error, ssl.SSLError):
        return Passing(f'no TLS connection to {where}: {printable(error.reason or error).replace("_", " ").lower()}')
    if isinstance(error, TimeoutError):
        return Silent(f'no answer from {where} within {within:.1f} s')
    if isinstance(error, http.client.RemoteDisconnected):
        return Passing(f'{where} closed the connection without an answer')
    if isinstance(error, OSError):
        return Passing(f'no connection to {where}: {printable(error.strerror or error)}')
    return Passing(f'{where} sent no complete HTTP answer: {printable(error)[:REASON_MAX] or type(error).__name__}')


def understood(status, body):
    """The answer, or why it is none."""
    try:
        answer = json.loads(body) if len(body) <= ANSWER_MAX else None
    except (ValueError, RecursionError):
        answer = None
    if status == 200 and isinstance(answer, dict):
        return answer
    reason = answer.get('error') if isinstance(answer, dict) else None
    if isinstance(reason, str) and reason.strip():
        why = f'{printable(reason.strip())[:REASON_MAX]} (HTTP {status})'
    else:
        why = f'expected a JSON object of SSM On-Prem, got HTTP {status} with {"too long an answer" if len(body) > ANSWER_MAX else f"{len(body)} bytes of something else"}'
    raise (Passing if status >= 500 else Failed)(why)


def granted(answer):
    """What registrations and reports are answered with, field by field, or Failed."""
    good = all(is_text(answer.get(name)) for name in ('instance', 'smart_account', 'virtual_account', 'contact'))
    licences = answer.get('licences')
    if not good or answer.get('authorization') not in ('Authorized', 'Out of Compliance') or not isinstance(licences, dict) or not all(
            is_text(name) and status in ('In Compliance', 'Out of Compliance') for name, status in licences.items()):
        raise Failed('SSM On-Prem answered with something else than instance, smart_account, virtual_account, authorization, licences and contact')
    return {name: answer[name] for name in ('instance', 'smart_account', 'virtual_account', 'contact', 'authorization', 'licences')}
