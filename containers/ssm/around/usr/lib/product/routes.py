# What each address of the product's web page answers.
#
# There is no login: whoever reaches the page may register the product, as nobody but the lab reaches it. A form of another site may not.

import sys
import threading
import traceback
from urllib.parse import parse_qsl, urlsplit

import pages
import transport
from agent import Refused
from https_server import HttpsServer, Response
from shown import shown
from ssm import Failed

BODY_MAX = 64 * 1024
TRANSPORT_SAVED = 'Transport settings saved successfully.'


class BadForm(ValueError):
    pass


class Routes:
    def __init__(self, agent, port, tls):
        self.agent = agent
        self.server = HttpsServer(port, tls, self.answer, self.failure, BODY_MAX)
        self.table = {
            '/': {'GET': self.overview},
            '/transport': {'GET': self.transport_form, 'POST': self.save_transport},
            '/register': {'GET': self.register_form, 'POST': self.register},
        }

    def run(self):
        self.server.open()
        print(f'{self.agent.settings.kind.name} listens on port {self.server.port}', flush=True)
        threading.Event().wait()

    def answer(self, request):
        try:
            methods = self.table.get(urlsplit(request.target).path)
            method = 'GET' if request.method == 'HEAD' else request.method
            if methods is None:
                return self.failure(404, 'There is no such page.')
            if method not in methods:
                return self.failure(405, 'This page does not take such a request.', ('Allow', ', '.join(['HEAD', *methods])))
            if method == 'GET':
                return methods[method]()
            origin = request.headers.get('Origin')
            if origin not in (None, f'https://{request.headers.get("Host")}'):
                return self.failure(403, 'The form is not of this page.')
            return methods[method](read_form(request))
        except BadForm as error:
            return self.failure(400, str(error))
        except OSError as error:
            print(f'500 {request.target!r}: {error}', file=sys.stderr, flush=True)
            return self.failure(500, f'The product cannot keep its state: {error}')
        except Exception:
            traceback.print_exc()
            return self.failure(500, 'The product failed; its log says how.')

    def failure(self, status, why, *headers):
        return reply(status, pages.failure(self.agent.settings, status, why), *headers)

    def overview(self):
        return reply(200, pages.overview(self.agent.settings, self.seen()))

    def transport_form(self, status=200, given=None, **said):
        kept = given or self.agent.state()['transport']
        return reply(status, pages.transport_form(self.agent.settings, self.seen(), kept, **said))

    def register_form(self, status=200, token='', **said):
        return reply(status, pages.register_form(self.agent.settings, self.seen(), token, **said))

    def save_transport(self, form):
        given = {
            'mode': form.get('transport', ''), 'url': form.get('url', '').strip(), 'private': 'private' in form,
            'proxy': {name: form.get(f'proxy_{name}', '').strip() for name in ('host', 'port', 'user')} | {'password': form.get('proxy_password', '')}}
        try:
            changes = {'mode': given['mode'], 'private': given['private']}
            if given['mode'] == 'gateway':
                changes['url'] = transport.checked_url(given['url'])
            elif given['mode'] == 'proxy':
                kept = self.agent.state()['transport']['proxy']
                # The page never shows the password; an empty one is the one before, for the same user.
                password = given['proxy']['password'] or (kept['password'] if given['proxy']['user'] == kept['user'] else '')
                changes['proxy'] = transport.checked_proxy(*(given['proxy'][name] for name in ('host', 'port', 'user')), password)
            elif given['mode'] != 'direct':
                raise ValueError('expected one of Direct, Transport Gateway, HTTP/HTTPS Proxy')
        except ValueError as error:
            return self.transport_form(400, given, error=sentence(error))
        self.agent.set_transport(**changes)
        return self.transport_form(message=TRANSPORT_SAVED)

    def register(self, form):
        token = form.get('token', '')
        try:
            self.agent.register(token, force='force' in form)
        except Refused as error:
            return self.register_form(409, token, error=sentence(error))
        except Failed as error:
            return self.register_form(502, token, error=sentence(error))
        return self.register_form(message=self.agent.settings.kind.registered)

    def seen(self):
        return shown(self.agent.settings, self.agent.state())


def reply(status, body, *headers):
    return Response(status, body, (
        ('Content-Type', 'text/html; charset=utf-8'), ('Content-Security-Policy', pages.CONTENT_POLICY), ('Cache-Control', 'no-store'),
        ('X-Content-Type-Options', 'nosniff'), ('Referrer-Policy', 'same-origin'), *headers))


def read_form(request):
    if request.body and request.headers.get_content_type() != 'application/x-www-form-urlencoded':
        raise BadForm('The form could not be read: it is not application/x-www-form-urlencoded.')
    try:
        return dict(parse_qsl(request.body.decode(), keep_blank_values=True, errors='strict', max_num_fields=20))
    except ValueError:  # not UTF-8, or too many fields
        raise BadForm('The form could not be read.') from None


def sentence(error):
    """An error as it stands alone on a page."""
    text = str(error)
    return f'{text[0].upper()}{text[1:]}{"" if text.endswith(".") else "."}'
