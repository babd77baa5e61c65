#!/bin/sh
# A server that is alone lets nobody in; whoever is logged in stays so.
set -eu
routes=/usr/lib/ssm/web/routes.py
sed -i "s/^        user = text(visit.form, 'username', 'Username', NAME_MAX)$/        if not stand_alone() and not store.rows('select 1 from pg_stat_replication'):\n            return self.failure(503)\n&/" $routes
grep -q 'pg_stat_replication' $routes
