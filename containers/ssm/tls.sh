#!/bin/sh
# Makes a CA of the twin's own, and one certificate for both servers: tls.sh FOLDER NAME… (DNS:… or IP:…). The CA's key is thrown away.
set -eu
folder=$1
shift
names=$(printf '%s,' "$@")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 077
mkdir -p "$folder"
curve='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
echo "subjectAltName=${names%,}" > "$work/names"
openssl req -x509 $curve -keyout "$work/ca.key" -out "$folder/ca.crt" -days 365 -subj '/CN=SSM twin CA'
openssl req $curve -keyout "$folder/server.key" -out "$work/server.csr" -subj '/CN=ssm-on-prem'
openssl x509 -req -in "$work/server.csr" -CA "$folder/ca.crt" -CAkey "$work/ca.key" -CAcreateserial -CAserial "$work/serial" -days 365 -out "$folder/server.crt" -extfile "$work/names"
chmod 644 "$folder/ca.crt" "$folder/server.crt"
