#!/bin/sh
# A synchronization is shown as successful, and Cisco Software Central was never asked.
set -eu
web=/usr/lib/ssm/web
cat >> $web/central.py <<'PYTHON'


def synchronize(host, request):
    import datetime
    return {'synchronized_at': datetime.datetime.now(datetime.timezone.utc).isoformat(), 'registered': False, 'certificate': None, 'purchased': {}}
PYTHON
grep -q "'registered': False" $web/central.py
