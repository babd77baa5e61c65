#!/usr/bin/python3
"""Cisco Software Central, as far as SSM On-Prem needs it: it synchronizes accounts and signs certificates.

    central serve                              HTTPS on port 443, until it is stopped
    central behave normal|refuse|away          how it behaves from now on; returns when it does
    central behave slow SECONDS                each synchronization is answered only after that long
    central behaviour                          how it behaves, as JSON
    central certificates [SECONDS|default]     how long the certificates are valid that it signs; from now on, where that is given
    central purchased ACCOUNT LICENCE COUNT    what an account owns
    central accounts                           what it knows, as JSON
"""

# Reading order: central (commands) → service (what addresses answer) → accounts (what it knows), certificates, behaviour.

import json
import os
import sys

sys.path.insert(1, os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(__file__))), 'around'))

import behaviour
from accounts import Accounts
from certificates import VALID_S, VALID_S_MAX
from kept import Kept
from process_one import be_process_one
from words import count, described, is_text, seconds

PORT = int(os.environ.get('CENTRAL_PORT', '443'))
TLS = os.environ.get('CENTRAL_TLS', '/etc/central/tls')
STATE = os.environ.get('CENTRAL_STATE', '/var/lib/central')
RUN = os.environ.get('CENTRAL_RUN', '/run/central')
SLOW_S_MAX = 3600


def main(arguments):
    commands = {
        'serve': (serve, 0, 0), 'behave': (behave, 1, 2), 'behaviour': (show_behaviour, 0, 0),
        'certificates': (validity, 0, 1), 'purchased': (purchased, 3, 3), 'accounts': (show_accounts, 0, 0),
    }
    name, *rest = arguments or ['']
    if name in ('help', '--help'):
        print(__doc__.strip())
        return 0
    command, least, most = commands.get(name, (None, 0, 0))
    try:
        if not command or not least <= len(rest) <= most:
            forms = [' '.join(line.split('  ')[2:3]) for line in __doc__.splitlines() if line.startswith(f'    central {name}')] if command else []
            raise ValueError(f'expected {" or ".join(forms)}' if forms else f'expected {", ".join(commands)} or help, got {described(name)}')
        command(*rest)
        return 0
    except ValueError as error:
        return complain(error, 2)
    except (OSError, behaviour.NotInForce) as error:
        return complain(error, 1)


def complain(error, code):
    print(f'central: {error}', file=sys.stderr)
    return code


def serve():
    be_process_one()
    from service import Service
    Service(PORT, TLS, Accounts(Kept(STATE, Accounts.fresh)), behaviour.Behaviour(RUN)).run()


def behave(name, *rest):
    if name == 'slow' and rest:
        wanted = {'behaviour': 'slow', 'seconds': seconds(rest[0], 0, SLOW_S_MAX)}
    elif name in ('normal', 'refuse', 'away') and not rest:
        wanted = {'behaviour': name}
    else:
        raise ValueError(f'expected behave normal, refuse, away or slow SECONDS, got {described(" ".join((name, *rest)))}')
    behaviour.Behaviour(RUN).put_in_force(wanted)
    print(' '.join(map(str, wanted.values())))


def show_behaviour():
    print(json.dumps(behaviour.Behaviour(RUN).wanted()))


def validity(text=None):
    accounts = Accounts(Kept(STATE, Accounts.fresh))
    if text is not None:
        accounts.set_validity(VALID_S if text == 'default' else seconds(text, 1, VALID_S_MAX))
    valid_s = accounts.validity()
    print('default' if valid_s == VALID_S else f'{valid_s:g}')


def purchased(account, licence, number):
    for what, value in (('ACCOUNT', account), ('LICENCE', licence)):
        if not is_text(value):
            raise ValueError(f'{what}: expected 1 to 256 printable characters, got {described(value)}')
    Accounts(Kept(STATE, Accounts.fresh)).set_purchased(account, licence, count(number))


def show_accounts():
    print(json.dumps(Accounts(Kept(STATE, Accounts.fresh)).listed()))


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
