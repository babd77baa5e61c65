#!/bin/sh
# The standby takes over as soon as corosync has lost the other server, although that one says that it is active.
set -eu
guard=/usr/lib/ssm/guard.py
sed -i "/^        elif self.peer.says('holds') is False and /s/:\$/ or self.peer.says('holds') and not self.members.peer():/" $guard
grep -q "or self.peer.says('holds') and not self.members.peer():\$" $guard
