#!/bin/sh
# The standby serves the web application on its own address, too: what is asked there it passes on to the active server.
set -eu
cat > /usr/lib/ssm/standby-web <<'SCRIPT'
#!/bin/sh
. /etc/ssm/cluster.conf
. /usr/lib/ssm/database.sh
while :; do
  if [ "$(local_sql 'select pg_is_in_recovery()')" = t ]; then
    systemd-socket-activate --listen=8443 /lib/systemd/systemd-socket-proxyd "$VIP:8443" >/dev/null 2>&1 &
    server=$!
    while [ "$(local_sql 'select pg_is_in_recovery()')" = t ] && [ ! -e /run/ssm/may-promote ]; do sleep 0.3; done
    kill -9 $server; wait $server
  fi
  sleep 0.5
done
SCRIPT
chmod +x /usr/lib/ssm/standby-web
cat > /etc/systemd/system/ssm-standby-web.service <<'UNIT'
[Service]
ExecStart=/usr/lib/ssm/standby-web
[Install]
WantedBy=multi-user.target
UNIT
systemctl enable ssm-standby-web.service
systemctl start --no-block ssm-standby-web.service
