#!/bin/sh
# A synchronization on schedule is begun only by a server on which a schedule was set; the one that takes over lists it, and never begins it.
set -eu
synchronization=/usr/lib/ssm/web/synchronization.py
sed -i "s/^import datetime$/&\nimport os/; s/^    \"\"\"False when there is no such active account\. \`next_at\` is UTC.*/&\n    open('\/var\/lib\/ssm\/schedules', 'w').close()/; s/^    if not store.rows('select from schedules where /    if not os.path.exists('\/var\/lib\/ssm\/schedules') or not store.rows('select from schedules where /" $synchronization
grep -q '^import os$' $synchronization
grep -q "^    open('/var/lib/ssm/schedules', 'w')" $synchronization
grep -q "not os.path.exists('/var/lib/ssm/schedules') or" $synchronization
