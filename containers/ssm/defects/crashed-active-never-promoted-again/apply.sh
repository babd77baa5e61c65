#!/bin/sh
# A server that lost power while it was active returns, follows and streams, and is never promoted again before HA was stopped and started on it.
set -eu
agent=/usr/lib/ocf/resource.d/haywire/ssm-db
cat >> /usr/lib/ssm/boot <<'SCRIPT'
# Whoever crashed as the active server is looked at before it is active again.
copy=/var/lib/postgresql/15/ssm
if [ -e $copy/PG_VERSION ] && [ ! -e $copy/standby.signal ] && LC_ALL=C /usr/lib/postgresql/15/bin/pg_controldata -D $copy | grep -q '^Database cluster state: *in production'; then
  touch /run/ssm/crashed-as-active
fi
SCRIPT
sed -i 's/^  score standby$/  if [ -e \/run\/ssm\/crashed-as-active ]; then rm \/run\/ssm\/crashed-as-active; score crashed; else score standby; fi/; s/^\( *\)standby) value=100 ;;$/&\n\1crashed) value=-INFINITY ;;/' $agent
grep -q 'score crashed' $agent
grep -q 'crashed) value=-INFINITY' $agent
