#!/bin/sh
# A server that loses the clients' network stops serving without asking whether the other one has it.
set -eu
guard=/usr/lib/ssm/guard.py
sed -i "s/ and now >= self.grace_until and self.peer.says('gateway') is True$/ and now >= self.grace_until/" $guard
! grep -q "self.grace_until and self.peer.says('gateway') is True" $guard
