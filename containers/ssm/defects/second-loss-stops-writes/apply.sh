#!/bin/sh
# The first time that the standby falls silent, commits go on without it after some seconds; the second time, while the same server is active, they wait until it is back.
set -eu
guard=/usr/lib/ssm/guard.py
sed -i "s/^\( *\)self.caught_up = False$/&\n\1self.presumed_lost = getattr(self, 'presumed_lost', False)/; s/return self.peer.silence() >= SILENT_S and/return not self.presumed_lost and self.peer.silence() >= SILENT_S and/; s/^\( *\)say('asynchronous', .*/&\n\1self.presumed_lost = True/" $guard
grep -q 'not self.presumed_lost and' $guard
grep -q 'self.presumed_lost = True' $guard
