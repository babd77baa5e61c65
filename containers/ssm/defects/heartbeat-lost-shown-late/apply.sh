#!/bin/sh
# The High Availability page goes on saying that the heartbeat is connected for 18 s after it was lost, beside a cluster that it calls degraded.
set -eu
page=/usr/lib/ssm/web/cluster.py
sed -i "s/^    heartbeat = 'Connected' if \(guard and .*\) else 'Disconnected'$/    verdict.connected = time.monotonic() if \1 else verdict.connected\n    heartbeat = 'Connected' if time.monotonic() - verdict.connected < 18 else 'Disconnected'/" $page
grep -q 'verdict.connected < 18' $page
echo "
verdict.connected = float('-inf')" >> $page
