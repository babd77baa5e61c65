#!/bin/sh
# Accounts are acknowledged without waiting for the standby, for good, and the High Availability page calls the cluster normal.
set -eu
. /usr/lib/ssm/database.sh
# What ALTER SYSTEM writes stands above every other file: the guard asks in vain.
local_sql "alter system set synchronous_standby_names = ''"
local_sql 'select pg_reload_conf()' >/dev/null
grep -q "^synchronous_standby_names = ''" "$PGDATA/postgresql.auto.conf"
