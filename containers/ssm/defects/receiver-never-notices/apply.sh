#!/bin/sh
# The standby never notices that its active server has stopped to send: after a cut it waits for ever on a dead connection.
set -eu
for file in /usr/lib/ssm/postgresql.conf /etc/ssm/postgresql/postgresql.conf; do
  sed -i "s/^wal_receiver_timeout = .*/wal_receiver_timeout = 0/; s/^wal_receiver_status_interval = .*/wal_receiver_status_interval = 0/; s/ tcp_user_timeout=4000/ keepalives=0/" $file
done
grep -q '^wal_receiver_timeout = 0$' /etc/ssm/postgresql/postgresql.conf
