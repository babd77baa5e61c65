#!/bin/sh
# The schedules of the accounts' synchronization are not on the other server: after a failover, as after a crash, there are none.
set -eu
. /usr/lib/ssm/database.sh
# The other server has what the active one writes.
[ "$(local_sql 'select pg_is_in_recovery()')" = f ] || exit 0
local_sql 'alter table schedules set unlogged' ssm
[ "$(local_sql "select relpersistence from pg_class where oid = 'schedules'::regclass" ssm)" = u ]
