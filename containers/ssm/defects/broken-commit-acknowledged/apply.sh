#!/bin/sh
# An account is acknowledged although the database died in the middle of its commit.
set -eu
store=/usr/lib/ssm/web/store.py
sed -i 's/^            raise NotConfirmed(first_line(error)) from error$/            return/' $store
grep -q '^            return$' $store
