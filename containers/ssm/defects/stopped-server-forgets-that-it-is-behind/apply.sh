#!/bin/sh
# A server whose HA was stopped and started has forgotten that the other one went on without it, and does not wait for it either.
set -eu
for file in /usr/lib/ssm/boot /etc/corosync/corosync.conf; do
  sed -i 's/^    two_node: 1$/&\n    wait_for_all: 0/' $file
done
grep -q 'wait_for_all: 0' /etc/corosync/corosync.conf
# For the cluster, by its two attributes; and for the guard itself.
guard=/usr/lib/ssm/guard.py
sed -i "s/'--update', value, /'--update', 'yes', /; s/Told('ssm-behind', lambda: self.behind)/Told('ssm-behind', lambda: False)/; s/path.exists(STACK_STOPPED) or self.behind or /path.exists(STACK_STOPPED) or /" $guard
grep -q "'--update', 'yes'" $guard && grep -q 'lambda: False' $guard && grep -q 'path.exists(STACK_STOPPED) or time' $guard
