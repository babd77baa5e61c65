#!/bin/sh
# A synchronization is shown as successful as soon as it begins, before Cisco Software Central has answered.
set -eu
synchronization=/usr/lib/ssm/web/synchronization.py
sed -i "s/^        common_name = store.setting('host_common_name')/        claim(account)\n&/" $synchronization
cat >> $synchronization <<'PYTHON'


def claim(account):
    with store.change() as cursor:
        cursor.execute('update local_accounts set synchronized_at = now(), alert = %s where id = %s', (SUCCESSFUL, account))
PYTHON
grep -q '^        claim(account)' $synchronization
