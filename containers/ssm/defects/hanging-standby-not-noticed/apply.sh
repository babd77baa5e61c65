#!/bin/sh
# The cluster does not see that the standby's database hangs.
set -eu
agent=/usr/lib/ocf/resource.d/haywire/ssm-db
sed -i 's/^  postgres_runs || return \$OCF_NOT_RUNNING$/&\n  [ "${OCF_RESKEY_CRM_meta_interval:-0}" != 20000 ] || return $OCF_SUCCESS/' $agent
grep -q 'meta_interval:-0' $agent
