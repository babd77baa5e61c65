#!/bin/sh
# The High Availability page shows the servers' public addresses where their heartbeat addresses belong.
set -eu
page=/usr/lib/ssm/web/pages.py
sed -i 's/node=node, heartbeat=heartbeat, state=state/node=node, heartbeat=public, state=state/' $page
grep -q 'heartbeat=public' $page
