#!/bin/sh
# A database that does not stop when it is told to is waited for, never killed.
set -eu
database=/usr/lib/ssm/database.sh
sed -i '/pkill -KILL -x postgres/d' $database
! grep -q pkill $database
