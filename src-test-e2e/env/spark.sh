#!/usr/bin/env bash
# Installs PySpark (PyPI, pinned), and S3A with the AWS SDK (Maven), into a cache. Idempotent; the cache may
# vanish at any time; several may install at once.
#   spark.sh install   installs only
#   spark.sh home      installs when needed and prints the folder: venv/bin/python, s3a/*.jar
# E2E_SPARK and E2E_HADOOP_AWS choose other versions, which must fit each other.
set -euo pipefail

what=${1:?usage: spark.sh install | spark.sh home}
spark=${E2E_SPARK:-4.2.0}
s3a=${E2E_HADOOP_AWS:-3.5.0}
cache=${CLAVIGER_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/claviger}
home=$cache/spark-$spark-s3a-$s3a

find_python() {
  local candidate
  for candidate in python3 python3.11 python3.12 python3.13 python3.10 "$HOME"/.pyenv/versions/3.1[0-3]*/bin/python3; do
    if command -v "$candidate" >/dev/null 2>&1 \
      && "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1; then
      command -v "$candidate"
      return
    fi
  done
  echo "spark.sh: Python 3.10 or newer with venv is needed and none was found. Install one." >&2
  exit 1
}

jars() { # S3A and what it depends on, with the SDK that it asks for
  cat > "$home/pom.xml" <<P
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>io.claviger</groupId><artifactId>s3a-jars</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-aws</artifactId><version>$s3a</version></dependency>
  </dependencies>
</project>
P
  mvn -q -B -ntp -f "$home/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$home/s3a" >&2
}

mkdir -p "$cache"
if command -v flock >/dev/null 2>&1; then
  exec 9>"$cache/spark.lock"
  flock 9
fi
if [ ! -e "$home/ready" ]; then
  python=$(find_python)
  echo "spark.sh: installing PySpark $spark and S3A $s3a with $python" >&2
  rm -rf "$home"
  mkdir -p "$home"
  "$python" -m venv "$home/venv"
  "$home/venv/bin/pip" install -q --disable-pip-version-check "pyspark==$spark" >&2
  jars
  touch "$home/ready"
fi
exec 9>&-
[ "$what" != home ] || echo "$home"
