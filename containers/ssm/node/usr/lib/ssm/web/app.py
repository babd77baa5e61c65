#!/usr/bin/python3
"""The web application of the SSM twin: HTTPS on port 443, on the active server only.

    app.py serve     what ssm-web.service runs
    app.py init-db   once, when the cluster forms; see schema.sql
"""

# Reading order: app (what runs) → server (connections) → routes (addresses) → pages (what is shown), with
# session, store, cluster and machine behind them.

import os
import sys
import threading
import time
import traceback

import store
from node import read_conf, stand_alone


def serve():
    import cluster
    from machine import Machine
    from routes import Routes
    from server import Server
    conf = read_conf()
    machine = Machine()
    # A failover waits for this start: what only a log-in needs is done beside it, and log-ins wait for that.
    adoption = threading.Thread(target=adopt_password, args=(conf['ADMIN_PASSWORD'],), daemon=True)
    routes = Routes(conf, machine, adoption)
    server = Server(routes.answer, routes.failure, [
        ('X-SSM-Server', conf['NODE']),
        ('Cache-Control', 'no-store'),
        ('X-Content-Type-Options', 'nosniff'),
        ('Referrer-Policy', 'same-origin'),
    ])
    adoption.start()
    chronicle = cluster.LonelyChronicle(conf['NODE']) if stand_alone() else cluster.Chronicle(conf['NODE'])
    threading.Thread(target=watch, args=(machine, chronicle), daemon=True).start()
    server.run()


def adopt_password(password):
    try:
        store.adopt_admin_password(password)
    except (store.Unavailable, store.NotConfirmed) as error:
        print(f'admin password not compared: {error}', file=sys.stderr)  # the last one stays


def watch(machine, chronicle):
    """Once a second: the machine's rates, and whether the cluster's state has changed."""
    while True:
        time.sleep(1)
        try:
            machine.look()
            chronicle.look()
        except (store.Unavailable, store.NotConfirmed):
            pass  # pages say so; the next look writes it down
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
