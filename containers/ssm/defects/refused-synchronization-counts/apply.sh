#!/bin/sh
# A synchronization that Cisco Software Central refused is shown as the latest one.
set -eu
synchronization=/usr/lib/ssm/web/synchronization.py
sed -i "s/update local_accounts set alert = %s, alert_severity = 'Major' where/update local_accounts set synchronized_at = now(), alert = %s, alert_severity = 'Major' where/" $synchronization
grep -q 'set synchronized_at = now()' $synchronization
