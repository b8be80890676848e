#!/usr/bin/env bash
# Makes the certificates of the TLS tests: an authority and two leaves for 127.0.0.1 and localhost. They
# protect nothing. The authority's key is thrown away: run again to replace all of them.
set -euo pipefail
cd "$(dirname "$0")"
ec=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
openssl req -x509 "${ec[@]}" -keyout ca.key -out ca.crt -days 36500 -subj "/CN=Lineside tests"
for name in one two; do
  openssl req "${ec[@]}" -keyout "$name.key" -out "$name.csr" -subj "/CN=$name"
  openssl x509 -req -in "$name.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 36500 -out "$name.crt" \
    -extfile <(printf "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
done
rm ca.key ca.srl ./*.csr
