#!/usr/bin/env bash
# Measures against a real MinIO: builds and starts it (http and https), runs MinioBenchmark, stops it.
#   benchmarks/minio.sh [ROUNDS [ROWS [JAVA]]]      11 rounds, all rows, the java of the path
# ROWS: all, or some of http,https,transfer,link,far,fresh,heap with commas between them.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-11}
rows=${2:-all}
java=${3:-$(command -v java)}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

src-test-e2e/env/minio.sh install
http=$(free_port)
https=$(free_port)
src-test-e2e/env/minio.sh "$http" >/dev/null 2>&1 &
servers=$!
src-test-e2e/env/minio.sh "$https" tls >/dev/null 2>&1 &
servers="$servers $!"
trap 'kill $servers 2>/dev/null; wait' EXIT INT TERM
for url in "http://localhost:$http" "https://localhost:$https"; do
  curl -sk --retry 60 --retry-connrefused --retry-delay 1 -f -o /dev/null "$url/minio/health/ready"
done
mvn -q -B -ntp -pl benchmarks -am -Prun process-classes -Dbenchmark=io.claviger.benchmarks.MinioBenchmark \
  "-Dbenchmark.java=$java" "-Dargs=$rounds $rows http://localhost:$http https://localhost:$https"
