# REST for programs: a token for an API client, then licences and alerts of an account.
# Paths, bodies and field names as monitoring plug-ins use them against the product.

import base64
import hashlib
import hmac
import json
import secrets
import sys
import time
import traceback

import licensing
import store
from server import Response

JSON = ('Content-Type', 'application/json')
LIFETIME_S = 3600


class BadRequest(Exception):
    def __init__(self, status, error):
        super().__init__(error)
        self.status = status


def handled(handler):
    """A handler's answer as JSON; its refusals and failures too."""
    def answer(request, *groups):
        if request.method != 'POST':
            return said(405, 'POST is expected', ('Allow', 'POST'))
        try:
            return Response(200, json.dumps(handler(request, *groups)), (JSON,))
        except BadRequest as error:
            return said(error.status, str(error))
        except store.Unavailable as error:
            print(f'503 {request.target}: {error}', file=sys.stderr)
            return said(503, 'the database is not available', ('Retry-After', '5'))
        except store.NotConfirmed as error:
            print(f'500 {request.target}: not confirmed: {error}', file=sys.stderr)
            return said(500, 'the change was not confirmed by the standby server')
        except Exception:
            traceback.print_exc()
            return said(500, 'http 500')
    return answer


def said(status, error, *headers):
    return Response(status, json.dumps({'error': error}), (JSON, *headers))


@handled
def token(request):
    wanted = body(request)
    if wanted.get('grant_type') != 'client_credentials':
        raise BadRequest(400, 'unsupported_grant_type')
    client, secret = wanted.get('client_id'), wanted.get('client_secret')
    known = store.rows('select secret_hash from api_clients where id = %s', client) if isinstance(client, str) and client.isprintable() else []
    if not known or not isinstance(secret, str) or not hmac.compare_digest(known[0][0], licensing.digest(secret)):
        raise BadRequest(401, 'invalid_client')
    text = f'{client}.{int(time.time()) + LIFETIME_S}'
    return {'access_token': f'{text}.{sign(text)}', 'token_type': 'bearer', 'expires_in': LIFETIME_S}


@handled
def licences(request, account):
    found = authorized_account(request, account)
    return {'licenses': [
        {'license': each.name, 'virtualAccount': licensing.VIRTUAL_ACCOUNT, 'quantity': each.quantity, 'inUse': each.in_use, 'available': each.balance,
         'status': 'In Compliance' if each.balance >= 0 else 'Out of Compliance'}
        for each in limited(request, licensing.licences(found))]}


@handled
def alerts(request, account):
    authorized_account(request, account)
    own = [{'severity': severity, 'message': message} for severity, name, message in licensing.alerts() if name == account]
    return {'alerts': limited(request, own)}


def authorized_account(request, name):
    scheme, _, given = request.headers.get('Authorization', '').partition(' ')
    text, _, signature = given.strip().rpartition('.')
    if scheme != 'Bearer' or not hmac.compare_digest(sign(text).encode(), signature.encode('utf-8', 'replace')) or int(text.rpartition('.')[2]) < time.time():
        raise BadRequest(401, 'invalid_token')
    found = store.rows("select id from local_accounts where name = %s and status = 'Active'", name) if name.isprintable() else []
    if not found:
        raise BadRequest(404, 'there is no such active account')
    return found[0][0]


def limited(request, found):
    """`limit` of the body: so many at most; -1 is all."""
    limit = body(request).get('limit', -1)
    if type(limit) is not int or limit < -1:
        raise BadRequest(400, 'limit must be a whole number, or -1 for all')
    return found if limit == -1 else found[:limit]


def body(request):
    if not request.body:
        return {}
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadRequest(400, 'the body is not JSON') from None
    if not isinstance(found, dict):
        raise BadRequest(400, 'the body is not an object')
    return found


def sign(text):
    secret, _ = store.session_secret()
    digest = hmac.new(f'api.{secret}'.encode(), text.encode('utf-8', 'replace'), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip('=')


# --- API Toolkit -------------------------------------------------------------------------------------------

def create_client(by):
    """(client id, its secret), which is shown this once."""
    client, secret = secrets.token_hex(16), secrets.token_urlsafe(32)
    with store.change() as cursor:
        cursor.execute('insert into api_clients values (%s, %s, %s)', (client, licensing.digest(secret), by))
        store.log(cursor, store.SECURITY, f'API client {client} created by {by}')
    return client, secret


def clients():
    return store.rows('select id, created_by from api_clients order by id')
