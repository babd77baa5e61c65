#!/bin/sh
# A server that gives up takes its own copy for an older one until the other says that it is not.
set -eu
guard=/usr/lib/ssm/guard.py
sed -i "s/^        write(STACK_STOPPED, '')/        write(BEHIND, 'gave up', durable=True)\n        self.behind = True\n&/" $guard
grep -q "write(BEHIND, 'gave up'" $guard
