#!/bin/sh
# The second server counts every licence twice when it becomes active.
set -eu
web=/usr/lib/ssm/web
cat >> $web/licensing.py <<'PYTHON'


def at_start():
    with store.note() as cursor:
        cursor.execute('update usage set quantity = quantity * 2')
PYTHON
sed -i 's/^    server.run()/    import licensing; licensing.at_start()\n&/' $web/app.py
grep -q at_start $web/app.py
