#!/bin/sh
# A server that lost power waits far too long, after it has booted, before it joins the cluster again.
set -eu
cat > /etc/systemd/system/corosync.service.d/late.conf <<'UNIT'
[Service]
ExecStartPre=/bin/sh -c 'if [ -e /var/lib/corosync/joined-before ]; then sleep 37; fi; touch /var/lib/corosync/joined-before'
UNIT
systemctl daemon-reload
