#!/bin/sh
# A server whose web application was started a second time hands over to the other some time later.
set -eu
agent=/usr/lib/ocf/resource.d/haywire/ssm-web
cat > /usr/lib/ssm/moves-later <<'SCRIPT'
#!/bin/sh
[ -e /run/ssm/web-started-before ] || { touch /run/ssm/web-started-before; exit; }
sleep 25
crm_attribute --node "$(hostname)" --name ssm-out-of-reach --update yes --lifetime reboot
SCRIPT
chmod 755 /usr/lib/ssm/moves-later
sed -i 's#^  start) #&setsid /usr/lib/ssm/moves-later >/dev/null 2>\&1 \& #' $agent
grep -q moves-later $agent
