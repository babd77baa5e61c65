#!/bin/sh
# A standby that is cut off from everything does not take its copy for one that may be behind.
set -eu
guard=/usr/lib/ssm/guard.py
sed -i 's/^CUT_OFF_S = 2.0/CUT_OFF_S = 1000000.0/' $guard
grep -q '^CUT_OFF_S = 1000000.0' $guard
