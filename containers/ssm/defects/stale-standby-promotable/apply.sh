#!/bin/sh
# A standby that has fallen behind stays promotable.
set -eu
guard=/usr/lib/ssm/guard.py
# For the cluster, by its two attributes; and for the guard itself.
sed -i "s/'--update', value, /'--update', 'yes', /; s/Told('ssm-behind', lambda: self.behind)/Told('ssm-behind', lambda: False)/; s/path.exists(STACK_STOPPED) or self.behind or /path.exists(STACK_STOPPED) or /" $guard
grep -q "'--update', 'yes'" $guard && grep -q 'lambda: False' $guard && grep -q 'path.exists(STACK_STOPPED) or time' $guard
