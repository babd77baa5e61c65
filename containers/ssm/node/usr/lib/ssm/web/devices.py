# The products' door, port 443: messages of product instances in JSON. Everything else is sent to the pages' port.
#
# The real product's messages are not published; these are the twin's own. An answer 200 is a promise: what was asked is
# kept, on both servers where the standby streams. After any other, or none, the product may simply ask again: a UDI is
# never registered twice, and what is deregistered stays so.

import json
import sys
import traceback

import licensing
import store
from server import Response

PORT = 443
GUI_PORT = 8443
JSON = ('Content-Type', 'application/json')
PATHS = ('/Transportgateway/services/DeviceRequestHandler', '/SmartTransport')
TEXT_MAX = 256
LICENCES_MAX = 100
QUANTITY_MAX = 1_000_000


class BadMessage(Exception):
    pass


def answer(request):
    path = request.target.partition('?')[0]
    if path not in PATHS:
        host = request.headers.get('Host', '').rpartition('@')[2]
        name = host if host.endswith(']') else host.partition(':')[0] if host.count(':') < 2 else ''
        return Response(302, '', (('Location', f'https://{name}:{GUI_PORT}/'),)) if name.isprintable() and name else failure(404)
    if request.method != 'POST':
        return Response(405, said('POST is expected'), (JSON, ('Allow', 'POST')))
    try:
        return Response(200, json.dumps(handle(read(request.body))), (JSON,))
    except BadMessage as error:
        return Response(400, said(str(error)), (JSON,))
    except licensing.Refused as error:
        return Response(403, said(str(error)), (JSON,))
    except store.Unavailable as error:
        print(f'503 {path}: {error}', file=sys.stderr)
        return Response(503, said('the database is not available; nothing has been changed'), (JSON, ('Retry-After', '5')))
    except store.NotConfirmed as error:
        print(f'500 {path}: not confirmed: {error}', file=sys.stderr)
        return Response(500, said('the change was not confirmed by the standby server'), (JSON,))
    except Exception:
        traceback.print_exc()
        return failure(500)


def failure(status):
    return Response(status, said(f'http {status}'), (JSON,))


def said(error):
    return json.dumps({'error': error})


def handle(message):
    kind = message.get('message')
    if kind == 'register':
        instance, secret, standing = licensing.register(
            text(message, 'token'), text(message, 'name'), text(message, 'product_type'), text(message, 'udi'), text(message, 'transport'), quantities(message))
        return {'instance': str(instance), 'secret': secret, **told(*standing)}
    if kind == 'report':
        instance = number_of(message)
        return {'instance': str(instance), **told(*licensing.report(instance, text(message, 'secret'), quantities(message)))}
    if kind == 'deregister':
        licensing.deregister(number_of(message), text(message, 'secret'))
        return {'deregistered': True}
    raise BadMessage('"message" must be register, report or deregister')


def told(smart_account, virtual_account, contact, compliance):
    return {
        'smart_account': smart_account, 'virtual_account': virtual_account, 'contact': contact,
        'authorization': 'Authorized' if all(compliance.values()) else 'Out of Compliance',
        'licences': {name: 'In Compliance' if good else 'Out of Compliance' for name, good in compliance.items()},
    }


def read(body):
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        raise BadMessage('the message is not JSON') from None
    if not isinstance(message, dict):
        raise BadMessage('the message is not an object')
    return message


def text(message, key):
    value = message.get(key)
    if not isinstance(value, str) or not value or len(value) > TEXT_MAX or not value.isprintable():
        raise BadMessage(f'"{key}" must be a text of 1 to {TEXT_MAX} printable characters')
    return value


def number_of(message):
    """The instance, as it was told its number."""
    value = text(message, 'instance')
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise BadMessage('"instance" must be the number that the registration gave')
    return int(value)


def quantities(message):
    found = message.get('licences')
    if not isinstance(found, dict) or len(found) > LICENCES_MAX:
        raise BadMessage(f'"licences" must be an object of at most {LICENCES_MAX} licences')
    for name, quantity in found.items():
        if not name or len(name) > TEXT_MAX or not name.isprintable() or type(quantity) is not int or not 0 <= quantity <= QUANTITY_MAX:
            raise BadMessage(f'"licences" must have names of 1 to {TEXT_MAX} printable characters, and whole numbers from 0 to {QUANTITY_MAX}')
    return found
