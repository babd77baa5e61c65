#!/bin/sh
# The cluster never looks whether the web application still runs.
set -eu
agent=/usr/lib/ocf/resource.d/haywire/ssm-web
sed -i 's/^  monitor)$/  monitor)\n    [ "${OCF_RESKEY_CRM_meta_interval:-0}" = 0 ] || exit $OCF_SUCCESS/' $agent
grep -q meta_interval $agent
