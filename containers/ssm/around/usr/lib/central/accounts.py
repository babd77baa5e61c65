# What Central knows: per satellite and account its registration, its last synchronization, and what the account owns.

import json
import time

from certificates import VALID_S
from words import described, is_text

COUNT_MAX = 10**9
PEM_MAX = 64 * 1024
INSTANCE_FIELDS = ('name', 'product_type', 'udi', 'last_contact')


class Malformed(ValueError):
    """Says what was expected, and what came."""


class Accounts:
    def __init__(self, kept):
        self.kept = kept

    @staticmethod
    def fresh():
        return {'accounts': [], 'purchased': {}, 'valid_s': VALID_S}

    def validity(self):
        return self.kept.read()['valid_s']

    def set_validity(self, valid_s):
        with self.kept.change() as state:
            state['valid_s'] = valid_s

    def set_purchased(self, account, licence, count):
        with self.kept.change() as state:
            state['purchased'].setdefault(account, {})[licence] = count

    def listed(self):
        return {'accounts': self.kept.read()['accounts']}

    def synchronize(self, asked, common_name):
        """Keeps what a satellite told; returns when, whether it was the first time, and what the account owns."""
        with self.kept.change() as state:
            at = now()
            known = next((each for each in state['accounts'] if (each['satellite'], each['account']) == (asked['satellite'], asked['account'])), None)
            account = known or {'satellite': asked['satellite'], 'account': asked['account'], 'registered_at': at, 'synchronizations': 0, 'common_name': None}
            account.update({name: asked[name] for name in ('smart_account', 'virtual_account', 'usage', 'instances')})
            account['synchronized_at'] = at
            account['synchronizations'] += 1
            account['common_name'] = common_name or account['common_name']
            if not known:
                state['accounts'].append(account)
            return {'synchronized_at': at, 'registered': not known, 'purchased': state['purchased'].get(asked['account'], {})}


def parse(body):
    """A synchronization as it was asked for, or Malformed."""
    try:
        asked = json.loads(body, parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed(f'body: expected JSON, got {len(body)} bytes which are none ({described(str(error))})') from error
    expect(isinstance(asked, dict), 'body', 'an object', asked)
    for name in ('satellite', 'account'):
        expect(is_text(asked.get(name)), name, 'a line of 1 to 256 characters', asked.get(name))
    for name in ('smart_account', 'virtual_account'):
        expect(asked.get(name) is None or is_text(asked[name]), name, 'a line of 1 to 256 characters, or null', asked.get(name))
    csr = asked.get('csr')
    expect(csr is None or isinstance(csr, str) and csr.isascii() and 0 < len(csr) <= PEM_MAX, 'csr', 'a certificate request in PEM, or null', csr)
    usage = asked.get('usage')
    expect(isinstance(usage, dict), 'usage', 'an object of licence names and counts', usage)
    for licence, count in usage.items():
        expect(is_text(licence), 'usage', 'names of licences of 1 to 256 characters', licence)
        expect(type(count) is int and 0 <= count <= COUNT_MAX, f'usage of {described(licence)}', f'a count from 0 to {COUNT_MAX}', count)
    instances = asked.get('instances')
    expect(isinstance(instances, list), 'instances', 'a list', instances)
    for index, instance in enumerate(instances):
        expect(isinstance(instance, dict), f'instances[{index}]', f'an object of {", ".join(INSTANCE_FIELDS)}', instance)
        for name in INSTANCE_FIELDS:
            value = instance.get(name)
            expect(is_text(value) or name == 'last_contact' and value is None, f'instances[{index}].{name}', 'a line of 1 to 256 characters', value)
    return {
        'satellite': asked['satellite'], 'account': asked['account'], 'smart_account': asked.get('smart_account'),
        'virtual_account': asked.get('virtual_account'), 'csr': csr, 'usage': usage,
        'instances': [{name: instance.get(name) for name in INSTANCE_FIELDS} for instance in instances],
    }


def expect(holds, what, expected, got):
    if not holds:
        raise Malformed(f'{what}: expected {expected}, got {described(got)}')


def no_constant(name):
    raise ValueError(f'{name} is not JSON')


def now():
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())
