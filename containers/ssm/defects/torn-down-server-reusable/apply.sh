#!/bin/sh
# A server that was torn down can be provisioned as a standby again.
set -eu
provision=/usr/lib/ssm/console/ha_provision_standby
sed -i "s/== 'torn down'/== 'never'/" $provision
grep -q "== 'never'" $provision
