#!/bin/sh
# An active server that is cut off from everything keeps what it holds.
set -eu
echo '{"giveUp": 1000000}' > /etc/ssm/guard.json
