#!/bin/sh
# A server that gave up starts its cluster software again when it has contact, but no longer at its next boot: corosync and pacemaker stay disabled.
set -eu
guard=/usr/lib/ssm/guard.py
sed -i "s/^\( *\)write(STACK_STOPPED, '')$/&\n\1subprocess.Popen(['systemctl', 'disable', '--quiet', 'pacemaker.service', 'corosync.service'])/" $guard
grep -q "'disable', '--quiet'" $guard
