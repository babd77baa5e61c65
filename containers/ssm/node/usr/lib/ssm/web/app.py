#!/usr/bin/python3
"""The web application of the SSM twin, on the active server only: pages and REST on port 8443, products' messages on 443.

    app.py serve     what ssm-web.service runs
    app.py init-db   once, when the cluster forms; see schema.sql
"""

# Reading order: app (what runs) → server (connections) → routes (addresses) → pages (what is shown), with
# session, store, licensing, synchronization, cluster and machine behind them; devices is the products' door.

import os
import sys
import threading
import time
import traceback

import store
from node import read_conf, stand_alone

# Connections at a time: with their files and the database's below the usual limit of 1024 descriptors.
PAGES_PLACES = 300
PRODUCTS_PLACES = 100


def serve():
    import certificate
    import cluster
    import devices
    from machine import Machine
    from routes import Routes
    from server import Door, Server
    from synchronization import Synchronization
    conf = read_conf()
    machine = Machine()
    # A failover waits for this start: what only a log-in needs is done beside it, and log-ins wait for that.
    adoption = threading.Thread(target=adopt_password, args=(conf['ADMIN_PASSWORD'],), daemon=True)
    browsers = certificate.browser_context()
    products = certificate.ProductCertificate(browsers)
    synchronization = Synchronization(conf, products)
    routes = Routes(conf, machine, adoption, synchronization)
    server = Server([
        Door(devices.GUI_PORT, routes.answer, routes.failure, lambda: browsers, PAGES_PLACES),
        Door(devices.PORT, devices.answer, devices.failure, products, PRODUCTS_PLACES),
    ], [
        ('X-SSM-Server', conf['NODE']),
        ('Cache-Control', 'no-store'),
        ('X-Content-Type-Options', 'nosniff'),
        ('Referrer-Policy', 'same-origin'),
    ])
    adoption.start()
    chronicle = cluster.LonelyChronicle(conf['NODE']) if stand_alone() else cluster.Chronicle(conf['NODE'])
    threading.Thread(target=watch, args=(products, machine, chronicle), daemon=True).start()
    # To take what is due waits for the standby; the others must not.
    threading.Thread(target=watch, args=(synchronization,), daemon=True).start()
    server.run()


def adopt_password(password):
    try:
        store.adopt_admin_password(password)
    except (store.Unavailable, store.NotConfirmed) as error:
        print(f'admin password not compared: {error}', file=sys.stderr)  # the last one stays


def watch(*watched):
    """Once a second, from the first second on."""
    while True:
        for each in watched:
            look(each)
        time.sleep(1)


def look(watched):
    try:
        watched.look()
    except (store.Unavailable, store.NotConfirmed):
        pass  # pages say so; the next look makes up for it
    except Exception:
        traceback.print_exc()


def init_db():
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'schema.sql'), encoding='utf-8') as file:
        store.init_db(read_conf()['ADMIN_PASSWORD'], file.read())


if __name__ == '__main__':
    commands = {'serve': serve, 'init-db': init_db}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]]()
