#!/bin/sh
# The cluster believes that the active database runs as long as it was not told otherwise.
set -eu
agent=/usr/lib/ocf/resource.d/haywire/ssm-db
sed -i 's/^  postgres_runs || return \$OCF_NOT_RUNNING$/  postgres_runs || { [ "${OCF_RESKEY_CRM_meta_interval:-0}" = 5000 ] \&\& return $OCF_RUNNING_MASTER; return $OCF_NOT_RUNNING; }/' $agent
grep -q 'meta_interval:-0}" = 5000' $agent
