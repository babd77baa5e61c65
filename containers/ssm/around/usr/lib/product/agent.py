# The smart agent: registers this product at SSM On-Prem, reports what it uses, and remembers what it was told.
#
#   Unregistered → register → Registered → report, report, … → deregister
#                    ↳ Registration Failed: the reason stays until one succeeds

import contextlib
import copy
import datetime
import time

import ssm
import transport
from shown import uses
from ssm import Failed

WITHIN_S = 30  # for all attempts of one registration or deregistration, and for a report
ATTEMPT_S = 10  # for one of those: one that a failover cut off after it was sent is silent for ever
AGAIN_S = 1
TOKEN_MAX = 2048
THROUGH_PROXY = 'this product cannot register through an HTTP/HTTPS proxy: its proxy settings are kept but not used; choose Direct or Transport Gateway'


class Refused(Exception):
    """The product does not even try; nothing has changed."""


def fresh():
    return {
        'transport': copy.deepcopy(transport.FRESH),
        'registration': None,  # instance and secret; what was granted; since when
        'failure': None,  # of the last registration: at, error
        'uses': {},  # what was said on the console, over what it was installed with
        'reports': {'sent': 0, 'failed': 0, 'last': None, 'every': None},
    }


class Agent:
    def __init__(self, settings, kept, ca):
        self.settings = settings
        self.kept = kept
        self.ca = ca

    def state(self):
        return self.kept.read()

    # --- settings ----------------------------------------------------------------------------------------

    def set_transport(self, **changes):
        with self.kept.change() as state:
            state['transport'].update(changes)

    def use(self, licence, count):
        with self.kept.change() as state:
            state['uses'][licence] = count

    def report_every(self, seconds):
        with self.kept.change() as state:
            state['reports']['every'] = seconds

    # --- what it says to SSM On-Prem ---------------------------------------------------------------------

    def register(self, token, force=False):
        """Returns when it is registered; else Refused, or Failed. One that never heard its answer is simply done again."""
        token = ''.join(token.split())
        if not (token.isascii() and token.isprintable() and 0 < len(token) <= TOKEN_MAX):
            raise Refused(f'expected a registration token of 1 to {TOKEN_MAX} characters')
        with self.registering():
            state = self.state()
            if state['registration'] and not force:
                raise Refused('this product instance is registered already; registering it anew has to be forced')
            try:
                answer = self.persistently(state, {
                    'message': 'register', 'token': token, 'name': self.settings.node, 'product_type': self.settings.kind.product_type,
                    'udi': self.settings.udi, 'licences': uses(self.settings, state), 'transport': transport.LABELS[state['transport']['mode']]})
                granted = ssm.granted(answer)
                if not isinstance(answer.get('secret'), str) or not answer['secret']:
                    raise Failed('SSM On-Prem answered without the secret of this instance')
            except Failed as error:
                with self.kept.change() as state:
                    state['failure'] = {'at': now(), 'error': str(error)}
                raise
            with self.kept.change() as state:
                state['registration'] = {**granted, 'secret': answer['secret']}
                state['failure'] = None

    def deregister(self):
        with self.registering():
            state = self.state()
            # Again and again it is answered the same, so an answer that was lost does no harm.
            answer = self.persistently(state, {'message': 'deregister', **identity(state)})
            if answer.get('deregistered') is not True:
                raise Failed('SSM On-Prem did not confirm that this instance is deregistered')
            with self.kept.change() as state:
                state['registration'] = None
                state['failure'] = None

    def report(self):
        """Reports once and returns the contact time; Refused when it is not registered, Failed as it is remembered."""
        state = self.state()
        who = identity(state)
        try:
            granted = ssm.granted(self.ask(state, {'message': 'report', **who, 'licences': uses(self.settings, state)}, WITHIN_S))
            if granted['instance'] != who['instance']:
                raise Failed('SSM On-Prem answered about another product instance')
        except Failed as error:
            self.remember_report(str(error))
            raise
        self.remember_report(None, who, granted)
        return granted['contact']

    def remember_report(self, error, who=None, granted=None):
        with self.kept.change() as state:
            reports = state['reports']
            reports['failed' if error else 'sent'] += 1
            reports['last'] = {'at': now(), 'ok': not error, 'error': error}
            # Registered anew or no longer, meanwhile: then this answer is about somebody else.
            if granted and state['registration'] and identity(state) == who:
                state['registration'].update(granted)

    def persistently(self, state, message):
        """Asks again while the failure may pass, as products do."""
        until = time.monotonic() + WITHIN_S
        before = None
        while True:
            try:
                return self.ask(state, message, min(ATTEMPT_S, until - time.monotonic()))
            except ssm.Passing as error:
                # The last attempt has little time: its silence says less than the failure before.
                why = before if before and isinstance(error, ssm.Silent) else error
                if time.monotonic() + AGAIN_S >= until:
                    raise Failed(f'{why}; given up after {WITHIN_S} s' if before else str(why)) from error
                before = why
                time.sleep(AGAIN_S)

    def ask(self, state, message, within):
        url = transport.url_in_force(state['transport'])
        if not url:
            raise Failed(THROUGH_PROXY)
        return ssm.ask(url, message, self.ca, within)

    @contextlib.contextmanager
    def registering(self):
        # Two at once could end with the secret of the one which SSM On-Prem has forgotten.
        try:
            with self.kept.alone('registering', wait=False):
                yield
        except BlockingIOError as error:
            raise Refused('another registration or deregistration of this product instance is under way') from error


def identity(state):
    if not state['registration']:
        raise Refused('this product instance is not registered')
    return {'instance': state['registration']['instance'], 'secret': state['registration']['secret']}


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec='milliseconds').replace('+00:00', 'Z')
