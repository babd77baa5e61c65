#!/bin/sh
# ha_status shows no replay location on a server that was promoted.
set -eu
status=/usr/lib/ssm/console/ha_status
sed -i 's/^select pg_last_wal_replay_lsn() as/select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() end as/' $status
grep -q 'pg_is_in_recovery() then pg_last' $status
