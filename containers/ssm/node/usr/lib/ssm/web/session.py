# A session is a signed cookie: whichever server is active can verify it, so a failover logs nobody out.
#
#   v1.<user, base64url>.<signed in at, seconds>.<session id>.<HMAC-SHA256 of all before>

import base64
import hashlib
import hmac
import os
import secrets
import threading
import time
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

COOKIE = 'ssm_session'
LIFETIME_S = 12 * 3600

Session = namedtuple('Session', 'user since id')


def start_session(user):
    return Session(user, int(time.time()), secrets.token_urlsafe(16))


def to_cookie(session, secret):
    name = base64.urlsafe_b64encode(session.user.encode()).decode().rstrip('=')
    text = f'v1.{name}.{session.since}.{session.id}'
    return f'{text}.{sign(secret, text)}'


def from_cookie(cookie, secret):
    """The session, or None when the cookie is not ours, was changed or is too old."""
    text, _, signature = cookie.rpartition('.')
    if not hmac.compare_digest(sign(secret, text).encode(), signature.encode('utf-8', 'replace')):
        return None
    _, name, since, session_id = text.split('.')
    user = base64.urlsafe_b64decode(name + '=' * (-len(name) % 4)).decode()
    # It may have begun in our future: on the other server, whose clock is ahead. We signed it, so it did begin.
    if time.time() - int(since) >= LIFETIME_S:
        return None
    return Session(user, int(since), session_id)


def csrf_token(session, secret):
    return sign(secret, f'csrf.{session.id}')


def csrf_matches(session, secret, given):
    return hmac.compare_digest(csrf_token(session, secret).encode(), given.encode('utf-8', 'replace'))


def sign(secret, text):
    return hmac.new(secret.encode(), text.encode('utf-8', 'replace'), hashlib.sha256).hexdigest()


# --- passwords -------------------------------------------------------------------------------------------

# 2^14·8·1: the interactive setting of scrypt's authors, 16 MiB each; two threads of their own bound the memory.
SCRYPT = {'n': 2 ** 14, 'r': 8, 'p': 1}
hashing = ThreadPoolExecutor(2)


def hash_password(password, salt=None):
    salt = salt or os.urandom(16)
    return f'scrypt${salt.hex()}${derive(password, salt)}'


def password_matches(password, stored):
    """Takes as long for a user that does not exist (stored is None) as for a wrong password."""
    _, salt, digest = (stored or f'scrypt${"00" * 16}$').split('$')
    return hmac.compare_digest(derive(password, bytes.fromhex(salt)), digest)


def derive(password, salt):
    return hashing.submit(hashlib.scrypt, password.encode('utf-8', 'replace'), salt=salt, **SCRYPT).result().hex()


# --- who is connected ------------------------------------------------------------------------------------

IDLE_S = 300


class ConnectedUsers:
    """Users that this server heard from in the last five minutes, each with the oldest of their sessions."""

    def __init__(self):
        self.lock = threading.Lock()
        self.seen = {}

    def saw(self, session):
        now = time.monotonic()
        with self.lock:
            self.seen[session.id] = (session, now)
            self.seen = {key: entry for key, entry in self.seen.items() if now - entry[1] < IDLE_S}

    def left(self, session):
        with self.lock:
            self.seen.pop(session.id, None)

    def list(self):
        with self.lock:
            sessions = sorted((session for session, _ in self.seen.values()), key=lambda session: session.since)
        return list({session.user: session for session in reversed(sessions)}.values())
