#!/bin/sh
# A server that is alone answers every eighth page with an error, as if one worker of eight had lost its database and kept its turn.
set -eu
routes=/usr/lib/ssm/web/routes.py
sed -i "s/^        url = urlsplit(request.target)$/&\n        if request.method == 'GET' and next(TURNS) % 8 == 0 and not stand_alone() and not store.rows('select 1 from pg_stat_replication'):\n            return self.failure(503)/" $routes
sed -i '0,/^import /s//import itertools\n\nTURNS = itertools.count()\n\n&/' $routes
grep -q 'next(TURNS)' $routes
