#!/bin/sh
# A server that returns says that it follows, but has no WAL receiver.
set -eu
echo 'echo "primary_conninfo = '"''"'" >> "$PGDATA/postgresql.auto.conf"' >> /usr/lib/ssm/rejoin
tail -n 1 /usr/lib/ssm/rejoin | grep -q primary_conninfo
