#!/bin/sh
# A server that boots alone starts the service without having seen the other one.
set -eu
for file in /usr/lib/ssm/boot /etc/corosync/corosync.conf; do
  sed -i 's/^    two_node: 1$/&\n    wait_for_all: 0/' $file
done
grep -q 'wait_for_all: 0' /etc/corosync/corosync.conf
