#!/usr/bin/python3
"""A product instance that takes its licences from SSM On-Prem: Prime Infrastructure, or Cisco Unified CM.

    product.py serve           its web page, HTTPS on port 443, until it is stopped
    product.py console [X]     its console; see product-console
"""

# Reading order: product (what runs) → settings (what it is), agent (what it says to SSM On-Prem), ssm (how it is sent), shown (what
# anybody gets to see); then console, and routes with pages and style.

import os
import sys

sys.path.insert(1, os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(__file__))), 'around'))

from agent import Agent, fresh
from kept import Kept
from settings import read_settings

PORT = int(os.environ.get('PRODUCT_PORT', '443'))
TLS = os.environ.get('PRODUCT_TLS', '/etc/ssm/tls')
STATE = os.environ.get('PRODUCT_STATE', '/var/lib/product')
CONF = os.environ.get('PRODUCT_CONF', '/etc/ssm/cluster.conf')


def serve():
    from process_one import be_process_one
    be_process_one()
    from reporter import Reporter
    from routes import Routes
    agent = the_agent()
    Reporter(agent).start()
    Routes(agent, PORT, TLS).run()


def console(*arguments):
    from console import Console
    return Console(the_agent()).main(list(arguments))


def the_agent():
    return Agent(read_settings(CONF), Kept(STATE, fresh), f'{TLS}/licensing-ca.crt')


if __name__ == '__main__':
    command, arguments = {'serve': serve, 'console': console}.get(sys.argv[1] if sys.argv[1:] else ''), sys.argv[2:]
    if command is None or command is serve and arguments:
        sys.exit(__doc__)
    try:
        sys.exit(command(*arguments))
    except (OSError, ValueError) as error:
        sys.exit(f'{os.path.basename(sys.argv[0])}: {error}')
