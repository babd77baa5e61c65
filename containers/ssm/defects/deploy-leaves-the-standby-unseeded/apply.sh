#!/bin/sh
# ha_deploy says that the cluster has been deployed and has not given the standby a database.
set -eu
rejoin=/usr/lib/ssm/rejoin
sed -i 's#^  as_postgres "$PGBIN/pg_basebackup".*#  exit 1#' $rejoin
! grep -q pg_basebackup $rejoin
deploy=/usr/lib/ssm/console/ha_deploy
sed -i 's/^    wait_for_standby(peer)$/    pass/' $deploy
! grep -q '^    wait_for_standby(peer)$' $deploy
