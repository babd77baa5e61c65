#!/bin/sh
# An active server gives up after less than half a second without contact, so that a short cut moves or stops the service.
set -eu
echo '{"giveUp": 0.45}' > /etc/ssm/guard.json
