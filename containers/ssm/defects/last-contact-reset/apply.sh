#!/bin/sh
# A server that becomes active takes every product for one that has just reported in.
set -eu
web=/usr/lib/ssm/web
cat >> $web/licensing.py <<'PYTHON'


def at_start():
    with store.note() as cursor:
        cursor.execute('update instances set last_contact = now()')
PYTHON
sed -i 's/^    server.run()/    import licensing; licensing.at_start()\n&/' $web/app.py
grep -q at_start $web/app.py
