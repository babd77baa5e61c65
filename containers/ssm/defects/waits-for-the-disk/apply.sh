#!/bin/sh
# A server whose disk refuses writes waits for it in the middle of its start, so that nobody else is made active meanwhile.
set -eu
agent=/usr/lib/ocf/resource.d/haywire/ssm-db
sed -i 's|^  fresh /run/ssm/disk-refuses && .*|  while fresh /run/ssm/disk-refuses; do sleep 1; done|' $agent
grep -q '^  while fresh /run/ssm/disk-refuses; do' $agent
