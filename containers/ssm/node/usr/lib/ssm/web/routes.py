# What each address answers, and who may ask. A 303 to POST /accounts is a promise: the account is kept on both servers.

import re
import sys
import traceback
from urllib.parse import parse_qsl, unquote, urlsplit

import cluster
import licensing
import pages
import session as sessions
import store
from answers import NAME_MAX, TEXT, BadForm, Visit, page, searched, see_other, text
from licensing_routes import LicensingRoutes
from node import stand_alone
from server import Response

PASSWORD_MAX = 1024
COOKIE_SHAPE = re.compile(r'v1\.[\w-]+\.\d{1,12}\.([\w-]+)\.[0-9a-f]{64}', re.ASCII)

class Routes:
    def __init__(self, conf, machine, adoption, synchronization):
        self.conf = conf
        self.machine = machine
        self.adoption = adoption  # a thread: until it ends, the stored admin password may be the one before
        self.connected = sessions.ConnectedUsers()
        others = LicensingRoutes(machine, synchronization, self.frame)
        # Programs ask without a session: they show a token of their own.
        self.programs = others.programs
        self.table = [
            # pattern, method → handler, whether it needs a session
            (re.compile('/health'), {'GET': self.health}, False),
            (re.compile('/login'), {'GET': self.login_form, 'POST': self.login}, False),
            (re.compile('/logout'), {'POST': self.logout}, True),
            (re.compile('/'), {'GET': self.workspace}, True),
            (re.compile('/high-availability'), {'GET': self.high_availability}, True),
            (re.compile('/network'), {'GET': self.network}, True),
            (re.compile('/network/interface'), {'GET': self.network_interface}, True),
            (re.compile('/accounts'), {'GET': self.accounts, 'POST': self.create_account}, True),
            (re.compile('/accounts/new'), {'GET': self.account_form}, True),
            (re.compile(r'/accounts/([0-9]{1,18})/activate'), {'POST': self.activate_account}, True),
            (re.compile(r'/accounts/([0-9]{1,18})/delete'), {'POST': self.delete_account}, True),
            *others.table,
        ]

    def answer(self, request):
        try:
            return self.route(request)
        except BadForm as error:
            return page(400, pages.failure(400, str(error)))
        except store.Unavailable as error:
            print(f'503 {request.target}: {error}', file=sys.stderr)
            return page(503, pages.failure(503), ('Retry-After', '5'))
        except store.NotConfirmed as error:
            print(f'500 {request.target}: not confirmed: {error}', file=sys.stderr)
            return page(500, pages.failure(500, pages.NOT_CONFIRMED))
        except Exception:
            traceback.print_exc()
            return self.failure(500)

    def failure(self, status):
        return page(status, pages.failure(status))

    def route(self, request):
        url = urlsplit(request.target)
        for pattern, handler in self.programs:
            match = pattern.fullmatch(url.path)
            if match:
                return handler(request, *map(unquote, match.groups()))
        for pattern, methods, needs_session in self.table:
            match = pattern.fullmatch(url.path)
            if match:
                break
        else:
            return self.failure(404)
        method = 'GET' if request.method == 'HEAD' else request.method
        if method not in methods:
            allowed = ', '.join(sorted({*methods, *(['HEAD'] if 'GET' in methods else [])}))
            return page(405, pages.failure(405), ('Allow', allowed))
        query = dict(parse_qsl(url.query, keep_blank_values=True, errors='replace'))
        form = read_form(request) if method == 'POST' else {}
        if method == 'POST' and not same_origin(request.headers):
            return self.failure(403)
        who, secret = self.who(request) if needs_session else (None, None)
        if needs_session and not who:
            return see_other('/login') if method == 'GET' else self.failure(401)
        if who:
            self.connected.saw(who)
            if method == 'POST' and not sessions.csrf_matches(who, secret, form.get('csrf', '')):
                return self.failure(403)
        csrf = sessions.csrf_token(who, secret) if who else None
        return methods[method](Visit(query, form, who, csrf), *match.groups())

    def who(self, request):
        shape = COOKIE_SHAPE.fullmatch(cookie(request.headers))
        if not shape:
            return None, None
        secret, ended = store.session_secret(shape[1])
        return (None if ended else sessions.from_cookie(shape[0], secret)), secret

    # --- without a session -------------------------------------------------------------------------------

    def health(self, _):
        try:
            store.answers()
        except store.Unavailable:
            return Response(503, 'the database does not answer\n', (TEXT,))
        return Response(200, 'ok\n', (TEXT,))

    def login_form(self, _):
        return page(200, pages.login())

    def login(self, visit):
        user = text(visit.form, 'username', 'Username', NAME_MAX)
        password = visit.form.get('password', '')
        if len(password) > PASSWORD_MAX:
            raise BadForm(f'Password is longer than {PASSWORD_MAX} characters.')
        self.adoption.join()
        if not sessions.password_matches(password, store.password_hash(user)):
            return page(401, pages.login('Invalid username or password.', user))
        secret, _ = store.session_secret()
        return see_other('/', set_cookie(sessions.to_cookie(sessions.start_session(user), secret)))

    # --- with a session ----------------------------------------------------------------------------------

    def logout(self, visit):
        store.end_session(visit.who.id, sessions.LIFETIME_S)
        self.connected.left(visit.who)
        return see_other('/login', set_cookie('', '; Max-Age=0'))

    def workspace(self, visit):
        return page(200, pages.workspace(self.frame(visit), self.machine.health(), cluster.present(), self.connected.list(), licensing.alerts()))

    def high_availability(self, visit):
        now = cluster.present()
        if now is None:
            return self.failure(404)
        if visit.query.get('tab') == 'events':
            return page(200, pages.high_availability_events(self.frame(visit), store.events(store.HIGH_AVAILABILITY)))
        return page(200, pages.high_availability(self.frame(visit), now))

    def network(self, visit):
        tab = visit.query.get('tab')
        if tab == 'interface':
            return page(200, pages.network_interface(self.frame(visit), self.machine.interface, not stand_alone()))
        if tab == 'proxy':
            return page(200, pages.network_proxy(self.frame(visit)))
        return page(200, pages.network_general(self.frame(visit)))

    def network_interface(self, visit):
        return page(200, pages.interface_details(self.frame(visit), self.machine.interface, not stand_alone()))

    def accounts(self, visit):
        tab = visit.query.get('tab')
        if tab == 'requests':
            return page(200, pages.account_requests(self.frame(visit), store.pending_accounts()))
        if tab == 'events':
            return page(200, pages.account_events(self.frame(visit), store.events(store.ACCOUNTS)))
        search = searched(visit)
        return page(200, pages.accounts(self.frame(visit), store.accounts(search), search))

    def account_form(self, visit):
        return page(200, pages.account_form(self.frame(visit)))

    def create_account(self, visit):
        try:
            name = text(visit.form, 'name', 'Account Name', NAME_MAX, required=True)
            virtual_account = text(visit.form, 'virtual_account', 'Cisco Virtual Account', NAME_MAX)
            smart_account = text(visit.form, 'smart_account', 'Cisco Smart Account', NAME_MAX)
            store.create_account(name, virtual_account, smart_account, visit.who.user)
        except BadForm as error:
            return page(400, pages.account_form(self.frame(visit), visit.form, str(error)))
        except store.NameTaken:
            return page(409, pages.account_form(self.frame(visit), visit.form, 'An account with this name already exists.'))
        return see_other('/accounts')

    def activate_account(self, visit, account_id):
        found = store.activate_account(int(account_id), visit.who.user)
        return see_other('/accounts') if found else self.failure(404)

    def delete_account(self, visit, account_id):
        found = store.delete_account(int(account_id), visit.who.user)
        return see_other('/accounts') if found else self.failure(404)

    def frame(self, visit):
        return pages.Frame(self.conf, visit.who.user, visit.csrf)


def cookie(headers):
    for part in headers.get('Cookie', '').split(';'):
        name, _, value = part.strip().partition('=')
        if name == sessions.COOKIE:
            return value
    return ''


def set_cookie(value, end=''):
    return 'Set-Cookie', f'{sessions.COOKIE}={value}; Path=/; HttpOnly; Secure; SameSite=Strict{end}'


def same_origin(headers):
    """Browsers say where a form was; the log-in form has no session that could protect it otherwise."""
    origin = headers.get('Origin')
    return origin is None or origin == f'https://{headers.get("Host")}'


def read_form(request):
    if request.body and request.headers.get_content_type() != 'application/x-www-form-urlencoded':
        raise BadForm('The form could not be read: it is not application/x-www-form-urlencoded.')
    try:
        return dict(parse_qsl(request.body.decode(), keep_blank_values=True, errors='strict', max_num_fields=20))
    except ValueError:  # not UTF-8, or too many fields
        raise BadForm('The form could not be read.') from None
