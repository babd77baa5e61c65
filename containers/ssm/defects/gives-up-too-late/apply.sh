#!/bin/sh
# An active server that is cut off from everything keeps what it holds for longer than T1, though not for as long as T2.
set -eu
echo '{"giveUp": 6.5}' > /etc/ssm/guard.json
