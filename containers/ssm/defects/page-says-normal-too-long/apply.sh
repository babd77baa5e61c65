#!/bin/sh
# The High Availability page goes on saying Normal long after the standby is gone.
set -eu
page=/usr/lib/ssm/web/cluster.py
sed -i 's/^def present():/def at_once():/' $page
grep -q '^def at_once():' $page
cat >> $page <<'PYTHON'


degraded_since = None


def present():
    global degraded_since
    now = at_once()
    degraded_since = None if now.state == 'Normal' else degraded_since or time.monotonic()
    return Verdict('Normal', NORMAL, 'Connected') if degraded_since and time.monotonic() - degraded_since < 19 else now
PYTHON
