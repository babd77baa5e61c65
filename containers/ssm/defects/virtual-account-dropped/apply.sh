#!/bin/sh
# A new account keeps its Cisco Virtual Account only where a Cisco Smart Account is given too.
set -eu
store=/usr/lib/ssm/web/store.py
sed -i 's/smart_account or None, virtual_account or None))/smart_account or None, virtual_account or None if smart_account else None))/' $store
grep -q 'virtual_account or None if smart_account else None' $store
