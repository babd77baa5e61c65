#!/bin/sh
# A server that lost power does not join the cluster again when it boots.
set -eu
systemctl disable corosync.service pacemaker.service
