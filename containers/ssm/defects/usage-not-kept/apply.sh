#!/bin/sh
# A product that registers while the standby is away is kept without the licences that it uses.
set -eu
licensing=/usr/lib/ssm/web/licensing.py
cat >> $licensing <<'PYTHON'


register_kept = register


def register(*asked):
    instance, *told = register_kept(*asked)
    if store.replication_state() is None:
        with store.note() as cursor:
            cursor.execute('delete from usage where instance = %s', (instance,))
    return instance, *told
PYTHON
grep -q register_kept $licensing
