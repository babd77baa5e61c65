#!/bin/sh
# A synchronization is shown as successful, and Cisco Software Central was never asked.
set -eu
web=/usr/lib/ssm/web
# Nobody is asked for a certificate either.
sed -i 's/^        key, request.* = certificate.request_for.*/        key = None/' $web/synchronization.py
grep -q '^        key = None' $web/synchronization.py
cat >> $web/central.py <<'PYTHON'


def synchronize(host, request):
    import datetime
    return {'synchronized_at': datetime.datetime.now(datetime.timezone.utc).isoformat(), 'registered': False, 'certificate': None, 'purchased': {}}
PYTHON
grep -q "'registered': False" $web/central.py
