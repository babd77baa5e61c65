# Synchronization, certificates, Smart Licensing and the API Toolkit: what their addresses answer.

import datetime
import re

import certificate
import licensing
import licensing_pages as pages
import rest
import store
import synchronization
from answers import NAME_MAX, BadForm, number, page, searched, see_other, text

ID = '([0-9]{1,18})'


class LicensingRoutes:
    def __init__(self, machine, synchronizing, frame):
        self.machine = machine
        self.synchronizing = synchronizing
        self.frame = frame
        self.table = [
            (re.compile('/synchronization'), {'GET': self.synchronization}, True),
            (re.compile(f'/synchronization/{ID}'), {'POST': self.synchronize}, True),
            (re.compile('/synchronization/schedules'), {'POST': self.set_schedule}, True),
            (re.compile('/security'), {'GET': self.security}, True),
            (re.compile('/security/common-name'), {'POST': self.set_common_name}, True),
            (re.compile('/smart-licensing'), {'GET': self.smart_licensing}, True),
            (re.compile('/smart-licensing/tokens'), {'POST': self.create_token}, True),
            (re.compile(f'/smart-licensing/instances/{ID}/remove'), {'POST': self.remove_instance}, True),
            (re.compile('/api-toolkit'), {'GET': self.api_toolkit, 'POST': self.create_client}, True),
        ]
        self.programs = [
            (re.compile('/backend/oauth/token'), rest.token),
            (re.compile('/api/v1/accounts/([^/]+)/licenses'), rest.licences),
            (re.compile('/api/v1/accounts/([^/]+)/alerts'), rest.alerts),
        ]

    # --- synchronization ---------------------------------------------------------------------------------

    def synchronization(self, visit, message=None):
        frame = self.frame(visit)
        if visit.query.get('tab') == 'schedules':
            return page(400 if message else 200, pages.schedules(frame, synchronization.schedules(), store.active_accounts(), visit.form, message))
        severity = visit.query.get('severity')
        severity = severity if severity in pages.SEVERITIES else None
        return page(200, pages.synchronization(frame, synchronization.accounts(severity), self.synchronizing.running, severity))

    def synchronize(self, visit, account):
        self.synchronizing.begin(int(account), visit.who.user)
        return see_other('/synchronization')

    def set_schedule(self, visit):
        try:
            account = number(visit.form, 'account', 'Account', 1, 10 ** 9 - 1)
            every = number(visit.form, 'every', 'Every', 1, synchronization.DUE_DAYS)
            if not synchronization.set_schedule(account, every, time(visit.form), visit.who.user):
                raise BadForm('There is no such active account.')
        except BadForm as error:
            return self.synchronization(visit._replace(query={'tab': 'schedules'}), str(error))
        return see_other('/synchronization?tab=schedules')

    # --- certificates ------------------------------------------------------------------------------------

    def security(self, visit, given=None, message=None):
        name = store.setting('host_common_name') or '' if given is None else given
        return page(400 if message else 200, pages.security(self.frame(visit), name, store.certificate_shown(), message))

    def set_common_name(self, visit):
        given = visit.form.get('common_name', '').strip()
        try:
            name = text(visit.form, 'common_name', 'Host Common Name', NAME_MAX, required=True)
            certificate.check_common_name(name, self.machine.dual_stack())
        except (BadForm, certificate.BadName) as error:
            return self.security(visit, given[:NAME_MAX], str(error))
        store.set_host_common_name(name, visit.who.user)
        return see_other('/security')

    # --- smart licensing ---------------------------------------------------------------------------------

    def smart_licensing(self, visit, message=None):
        accounts = store.active_accounts()
        wanted = visit.query.get('account', '')
        chosen = next((each for each in accounts if str(each[0]) == wanted), accounts[0] if accounts else None)
        place = pages.Place(self.frame(visit), accounts, chosen)
        if chosen is None:
            return page(200, pages.no_account(place))
        account = chosen[0]
        if visit.query.get('tab') == 'alerts':
            return page(200, pages.alerts(place, [(severity, what) for severity, name, what in licensing.alerts() if name == chosen[1]]))
        view = visit.query.get('view')
        if view == 'licenses':
            return page(200, pages.licences(place, [each for each in licensing.licences(account) if searched(visit).lower() in each.name.lower()], searched(visit)))
        if view == 'instances':
            return page(200, pages.instances(place, licensing.instances(account, searched(visit)), searched(visit)))
        if view == 'events':
            return page(200, pages.events(place, store.events(store.LICENSING)))
        return page(400 if message else 200, pages.general(place, licensing.tokens(account), visit.form, message))

    def create_token(self, visit):
        account = number(visit.form, 'account', 'Account', 1, 10 ** 9 - 1)
        try:
            uses = visit.form.get('uses', '').strip() and number(visit.form, 'uses', 'Max. Number of Uses', 1, 1000)
            days = number(visit.form, 'days', 'Expire After', 1, 365)
            if not licensing.create_token(account, text(visit.form, 'description', 'Description', NAME_MAX), days, uses or None, visit.who.user):
                raise BadForm('There is no such active account.')
        except BadForm as error:
            return self.smart_licensing(visit._replace(query={'account': str(account)}), str(error))
        return see_other(f'/smart-licensing?account={account}')

    def remove_instance(self, visit, instance):
        account = number(visit.form, 'account', 'Account', 1, 10 ** 9 - 1)
        if not licensing.remove_instance(int(instance)):
            raise BadForm('There is no such product instance.')
        return see_other(f'/smart-licensing?account={account}&view=instances')

    # --- api toolkit -------------------------------------------------------------------------------------

    def api_toolkit(self, visit):
        return page(200, pages.api_toolkit(self.frame(visit), rest.clients()))

    def create_client(self, visit):
        return page(200, pages.api_toolkit(self.frame(visit), [], rest.create_client(visit.who.user)))


def time(form):
    """YYYY-MM-DD HH:MM:SS, as it was given."""
    value = form.get('next', '').strip()
    try:
        return datetime.datetime.strptime(value, '%Y-%m-%d %H:%M:%S').isoformat(' ')
    except ValueError:
        raise BadForm('Next Synchronization must be a time in UTC, as 2026-01-31 23:59:00.') from None
