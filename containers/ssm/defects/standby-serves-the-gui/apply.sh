#!/bin/sh
# The standby serves the web application on its own address, too.
set -eu
cat > /usr/lib/ssm/standby-web <<'SCRIPT'
#!/bin/sh
. /usr/lib/ssm/database.sh
while :; do
  if [ "$(local_sql 'select pg_is_in_recovery()')" = t ]; then
    setpriv --reuid=ssm --regid=ssm --init-groups --inh-caps=+net_bind_service --ambient-caps=+net_bind_service python3 /usr/lib/ssm/web/app.py serve &
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
