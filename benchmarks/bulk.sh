#!/usr/bin/env bash
# Measures jobs over a bucket beside a plain client: builds and starts a MinIO, runs BulkBenchmark, stops it.
#   benchmarks/bulk.sh [ROUNDS [OBJECTS]]      5 rounds, 5,000 objects
set -euo pipefail
cd "$(dirname "$0")/.."

src-test-e2e/env/minio.sh install
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
src-test-e2e/env/minio.sh "$port" >/dev/null 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait' EXIT INT TERM
curl -s --retry 60 --retry-connrefused --retry-delay 1 -f -o /dev/null "http://localhost:$port/minio/health/ready"
mvn -q -B -ntp -pl benchmarks -am -Prun process-classes -Dbenchmark=io.claviger.benchmarks.BulkBenchmark \
  "-Dargs=${1:-5} ${2:-5000} http://localhost:$port"
