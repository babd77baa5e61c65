#!/bin/sh
# The standby takes over as soon as corosync has lost the other server, whatever that one says of itself.
set -eu
guard=/usr/lib/ssm/guard.py
sed -i "s/^        elif self.peer.says('holds') is False and .*:\$/        elif not self.members.peer():/" $guard
grep -q '^        elif not self.members.peer():$' $guard
