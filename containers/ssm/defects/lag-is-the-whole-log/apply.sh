#!/bin/sh
# ha_status gives as write, flush and replay lag how far the standby has come since the beginning of the log, instead of how far it is behind.
set -eu
status=/usr/lib/ssm/console/ha_status
sed -i "s/pg_wal_lsn_diff(sent_lsn, \([a-z]*_lsn\))/pg_wal_lsn_diff(\1, '0\/0')/" $status
[ "$(grep -c "pg_wal_lsn_diff([a-z]*_lsn, '0/0') as [a-z]*_lag" $status)" = 3 ]
