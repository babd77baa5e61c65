#!/bin/sh
# A server that was torn down goes on showing the High Availability widget.
set -eu
pages=/usr/lib/ssm/web/pages.py
sed -i "s/ if cluster or each\[1\] != 'high-availability'\]/]/" $pages
! grep -q "each\[1\] != 'high-availability'" $pages
