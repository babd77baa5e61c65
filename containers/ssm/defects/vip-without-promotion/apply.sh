#!/bin/sh
# The VIP and the web application move, but the database of the other server is never promoted.
set -eu
agent=/usr/lib/ocf/resource.d/haywire/ssm-db
sed -i 's#as_postgres "$PGBIN/pg_ctl" -D "$PGDATA" -w -t 60 promote >/dev/null#touch /run/ssm/pretends#' $agent
sed -i 's#    t) return $OCF_SUCCESS ;;#    t) [ -e /run/ssm/pretends ] \&\& return $OCF_RUNNING_MASTER; return $OCF_SUCCESS ;;#' $agent
[ "$(grep -c /run/ssm/pretends $agent)" = 2 ]
