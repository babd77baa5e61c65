# What the addresses of Central answer, and how it behaves. A 200 to a synchronization is a promise: it is on disk.

import json
import sys
import time
import traceback
from urllib.parse import urlsplit

from accounts import Malformed, parse
from behaviour import LOOK_S
from certificates import BadRequest, common_name, sign
from https_server import HttpsServer, Response

BODY_MAX = 1024 * 1024
REFUSED = 'Cisco Software Central refuses the request: the smart account is suspended'


class Service:
    def __init__(self, port, tls, accounts, behaviour):
        self.tls = tls
        self.accounts = accounts
        self.behaviour = behaviour
        self.server = HttpsServer(port, tls, self.answer, failure, BODY_MAX)
        self.table = {'/api/synchronize': ('POST', self.synchronize), '/api/accounts': ('GET', self.list)}

    def run(self):
        """Follows the behaviour that is ordered: away is a closed port."""
        self.behaviour.forget()
        self.server.open()
        print(f'Cisco Software Central listens on port {self.server.port}', flush=True)
        obeyed = self.behaviour.order()
        away = False
        while True:
            time.sleep(LOOK_S)
            try:
                order = self.behaviour.order()
                if order == obeyed:
                    continue
                if (order.get('behaviour') == 'away') != away:
                    self.server.open() if away else self.server.close()
                    away = not away
                self.behaviour.obeyed(order)
                obeyed = order
            except (OSError, ValueError) as error:
                print(f'the behaviour cannot be followed: {error}', file=sys.stderr, flush=True)
                time.sleep(1)

    def answer(self, request):
        try:
            method, handler = self.table.get(urlsplit(request.target).path, (None, None))
            if handler is None:
                return failure(404, 'expected /api/synchronize or /api/accounts')
            if request.method != method:
                return failure(405, f'expected {method}, got {request.method}', ('Allow', method))
            return handler(request)
        except (Malformed, BadRequest) as error:
            return failure(400, str(error))
        except Exception as error:
            traceback.print_exc()
            return failure(500, f'Cisco Software Central failed: {error}')

    def synchronize(self, request):
        order = self.behaviour.wanted()
        if order['behaviour'] == 'refuse':
            return failure(403, REFUSED)
        if order['behaviour'] == 'slow':
            time.sleep(order['seconds'])
        if self.behaviour.wanted()['behaviour'] == 'away':
            return None  # it went away meanwhile, and its connections with it: nothing is done
        asked = parse(request.body)
        name, certificate = None, None
        if asked['csr'] is not None:
            name = common_name(asked['csr'])
            certificate = sign(asked['csr'], self.tls, self.accounts.validity())
        return reply(200, {**self.accounts.synchronize(asked, name), 'certificate': certificate})

    def list(self, _):
        return reply(200, self.accounts.listed())


def reply(status, value, *headers):
    return Response(status, json.dumps(value) + '\n', (('Content-Type', 'application/json'), ('Cache-Control', 'no-store'), *headers))


def failure(status, why, *headers):
    return reply(status, {'error': why}, *headers)
