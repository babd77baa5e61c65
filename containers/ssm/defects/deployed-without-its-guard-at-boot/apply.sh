#!/bin/sh
# A cluster that was deployed runs its guard until the next boot: the deployment starts it and enables everything else, so that a server that boots is promoted no more.
set -eu
enter=/usr/lib/ssm/enter-cluster
sed -i 's/^systemctl enable --quiet corosync.service pacemaker.service pcsd.service ssm-guard.service$/systemctl enable --quiet corosync.service pacemaker.service pcsd.service/' $enter
grep -q '^systemctl enable --quiet corosync.service pacemaker.service pcsd.service$' $enter
