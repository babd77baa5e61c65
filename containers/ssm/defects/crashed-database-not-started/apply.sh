#!/bin/sh
# A database that died is taken for a running one by whoever should start it: it is not tried again.
set -eu
agent=/usr/lib/ocf/resource.d/haywire/ssm-db
sed -i 's/^  if peer_is_primary; then$/  [ ! -e "$PGDATA\/postmaster.pid" ] || postgres_runs || return $OCF_ERR_CONFIGURED\n&/' $agent
grep -q 'postgres_runs || return $OCF_ERR_CONFIGURED' $agent
