#!/bin/sh
# A product that registers while the standby is away is told that it is registered, and is not kept.
set -eu
licensing=/usr/lib/ssm/web/licensing.py
cat >> $licensing <<'PYTHON'


register_kept = register


def register(*asked):
    instance, *told = register_kept(*asked)
    if store.replication_state() is None:
        with store.note() as cursor:
            cursor.execute('delete from instances where id = %s', (instance,))
    return instance, *told
PYTHON
grep -q register_kept $licensing
