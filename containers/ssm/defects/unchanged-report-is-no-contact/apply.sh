#!/bin/sh
# A product that reports the same usage as before is answered, and its Last Contact stays what it was.
set -eu
licensing=/usr/lib/ssm/web/licensing.py
update="        cursor.execute('update instances set last_contact = now() where id = %s', (instance,))"
sed -i "/^$update\$/i\\
        cursor.execute('select licence, quantity from usage where instance = %s', (instance,))\\
        if dict(cursor.fetchall()) == licences:  # else there is nothing to write\\
            return standing(cursor, instance)" $licensing
grep -q "dict(cursor.fetchall()) == licences" $licensing
