#!/bin/sh
# A server that was torn down serves until its next boot, and nothing after it: neither database nor web application is started there again.
set -eu
boot=/usr/lib/ssm/boot
sed -i "s/^\[ ! -e \/var\/lib\/ssm\/stand-alone \] || systemctl start/[ ! -e \/var\/lib\/ssm\/stand-alone ] || grep -q '^torn down' \/var\/lib\/ssm\/stand-alone || systemctl start/" $boot
grep -q "|| grep -q '^torn down' /var/lib/ssm/stand-alone || systemctl start --no-block satellite.service" $boot
