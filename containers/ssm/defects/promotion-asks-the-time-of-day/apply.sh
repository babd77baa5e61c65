#!/bin/sh
# Whether the guard's leave to promote is fresh is told by the time of day, the guard's against the machine's: a server whose guard is behind never takes over.
set -eu
guard=/usr/lib/ssm/guard.py
agent=/usr/lib/ocf/resource.d/haywire/ssm-db
sed -i "s/write(path, f'{time.clock_gettime(time.CLOCK_BOOTTIME):.1f}.n')/write(path, f'{time.time():.1f}\\\\n')/" $guard
grep -q "write(path, f'{time.time():.1f}.n')" $guard
sed -i 's#^  read -r now _ < /proc/uptime$#  now=$(date +%s)#' $agent
grep -q '^  now=$(date +%s)$' $agent
