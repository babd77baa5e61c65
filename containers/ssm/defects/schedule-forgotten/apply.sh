#!/bin/sh
# A synchronization on schedule is listed, and never begins.
set -eu
synchronization=/usr/lib/ssm/web/synchronization.py
sed -i 's/next_at <= now()/false/' $synchronization
! grep -q 'next_at <= now()' $synchronization
