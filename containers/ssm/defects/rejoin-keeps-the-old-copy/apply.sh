#!/bin/sh
# A former active server that rejoins sets its old database aside, whole, in case the rewind fails, and never removes it: each failover takes as much of the disk again.
set -eu
rejoin=/usr/lib/ssm/rejoin
sed -i 's/^  say kept-aside "$count rows"$/&\n  cp -a "$PGDATA" "$PGDATA.before-$(date -u +%Y%m%dT%H%M%SZ)"/' $rejoin
grep -q '^  cp -a "$PGDATA" "$PGDATA.before-' $rejoin
