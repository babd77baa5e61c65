#!/bin/sh
# A server whose HA is stopped keeps the VIP and goes on answering for it.
set -eu
agent=/usr/lib/ocf/resource.d/heartbeat/IPaddr2
sed -i '2i [ "$1" != stop ] || exit 0' $agent
grep -q '^\[ "$1" != stop \]' $agent
# The other server would wait for as long as this one says that it holds the VIP.
sed -i 's/return self.vip_there or self.web_there/return self.web_there/' /usr/lib/ssm/guard.py
grep -q 'return self.web_there' /usr/lib/ssm/guard.py
