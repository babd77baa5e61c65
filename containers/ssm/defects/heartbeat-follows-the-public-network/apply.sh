#!/bin/sh
# The High Availability page says that the heartbeat is disconnected when a server has lost its public network.
set -eu
page=/usr/lib/ssm/web/cluster.py
sed -i "s/guard\['peerMember'\] and guard\['links'\]\['heartbeat'\] else/guard['peerMember'] and all(guard['links'].values()) else/" $page
grep -q "all(guard\['links'\].values())" $page
