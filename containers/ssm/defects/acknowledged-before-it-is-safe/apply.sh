#!/bin/sh
# An account is acknowledged before it is on any disk: what the last seconds brought is lost with the power.
set -eu
conf=/etc/ssm/postgresql/postgresql.conf
for file in $conf /usr/lib/ssm/postgresql.conf; do
  sed -i 's/^synchronous_commit = on/synchronous_commit = off/' $file
  echo "wal_writer_delay = 10s" >> $file
done
grep -q 'synchronous_commit = off' $conf
