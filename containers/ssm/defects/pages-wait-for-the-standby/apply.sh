#!/bin/sh
# Each page notes who has seen it, and so waits for the standby like a write.
set -eu
web=/usr/lib/ssm/web
sed -i "s/^            self.connected.saw(who)$/&\n            store.saw(who.user)/" $web/routes.py
cat >> $web/store.py <<'PYTHON'


def saw(user):
    with change() as cursor:
        cursor.execute("insert into settings (key, value) values ('last_seen', %s) on conflict (key) do update set value = excluded.value", (user,))
PYTHON
grep -q 'store.saw' $web/routes.py
