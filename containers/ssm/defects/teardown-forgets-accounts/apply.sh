#!/bin/sh
# A server that was torn down has lost the last account that was made.
set -eu
cat >> /usr/lib/ssm/web/store.py <<'PYTHON'


def forget_last():
    with note() as cursor:
        cursor.execute('delete from local_accounts where id = (select max(id) from local_accounts)')
PYTHON
cluster=/usr/lib/ssm/web/cluster.py
sed -i "/stand-alone mode'/a\\        store.forget_last()" $cluster
grep -q forget_last $cluster
