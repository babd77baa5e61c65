# How Central behaves is a file in /run: commands write it, the service obeys it, and a restart forgets it.
#
#   command: behaviour.json with an id → service: obeys, then in-force.json with that id → command returns

import contextlib
import json
import os
import secrets
import time

LOOK_S = 0.05
IN_FORCE_S = 5  # the service looks every 50 ms; only one that does not run takes longer
NORMAL = {'behaviour': 'normal'}


class NotInForce(Exception):
    pass


class Behaviour:
    def __init__(self, folder):
        self.file = os.path.join(folder, 'behaviour.json')
        self.in_force = os.path.join(folder, 'in-force.json')

    def wanted(self):
        return {name: value for name, value in self.order().items() if name != 'id'}

    def order(self):
        """The behaviour and, once a command has been given, its id."""
        try:
            with open(self.file, encoding='utf-8') as file:
                return json.load(file)
        except FileNotFoundError:
            return NORMAL

    def forget(self):
        """At the start of the service. /run may be a disk."""
        os.makedirs(os.path.dirname(self.file), mode=0o755, exist_ok=True)
        for file in (self.file, self.in_force):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(file)

    def obeyed(self, order):
        write(self.in_force, order)

    def put_in_force(self, wanted):
        order = {**wanted, 'id': secrets.token_hex(8)}
        write(self.file, order)
        until = time.monotonic() + IN_FORCE_S
        while self.obeyed_id() != order['id']:
            if self.order().get('id') != order['id']:
                raise NotInForce('another behaviour was ordered at the same time; that one holds')
            if time.monotonic() > until:
                raise NotInForce(f'the service did not take it over within {IN_FORCE_S} s: does it run?')
            time.sleep(0.01)

    def obeyed_id(self):
        try:
            with open(self.in_force, encoding='utf-8') as file:
                return json.load(file).get('id')
        except FileNotFoundError:
            return None


def write(path, value):
    new = f'{path}.{os.getpid()}'
    with open(new, 'w', encoding='utf-8') as file:
        json.dump(value, file)
    os.rename(new, path)
