#!/bin/sh
# A server that boots takes its own copy for an older one until the other says that it is not: after both have lost power each waits for the other.
set -eu
cat >> /usr/lib/ssm/boot <<'SCRIPT'
[ ! -e /var/lib/ssm/booted-before ] || echo 'booted' > /var/lib/ssm/behind
touch /var/lib/ssm/booted-before
SCRIPT
tail -n 1 /usr/lib/ssm/boot | grep -q booted-before
