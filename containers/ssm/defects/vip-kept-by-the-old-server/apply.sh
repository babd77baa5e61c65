#!/bin/sh
# A server whose HA is stopped keeps the VIP, unseen by anybody else: it answers no ARP for it.
set -eu
agent=/usr/lib/ocf/resource.d/heartbeat/IPaddr2
sed -i '2i case $1 in stop) ip addr replace "$OCF_RESKEY_ip/32" dev lo; touch /run/ssm/vip-kept ;; start) ip addr del "$OCF_RESKEY_ip/32" dev lo 2>/dev/null; rm -f /run/ssm/vip-kept ;; esac' $agent
grep -q vip-kept $agent
mount -o remount,rw /proc/sys
echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore
# Its own guard would take the VIP away, and the other server wait for as long as this one says that it holds it.
guard=/usr/lib/ssm/guard.py
sed -i "s#self.vip_there = bool(#self.vip_there = not os.path.exists('/run/ssm/vip-kept') and bool(#" $guard
grep -q vip-kept $guard
