#!/usr/bin/env bash
# Installs PySpark (PyPI, pinned), and S3A with the AWS SDK (Maven), into a cache. Idempotent; the cache may
# vanish at any time; several may install at once.
#   spark.sh install   installs only
#   spark.sh home      installs when needed and prints the folder: venv/bin/python, s3a/*.jar
#   spark.sh delta     the same, and prints the folder of Delta's jars; spark.sh iceberg: of Iceberg's
# E2E_SPARK, E2E_HADOOP_AWS, E2E_DELTA and E2E_ICEBERG choose other versions, which must fit each other.
set -euo pipefail

what=${1:?usage: spark.sh install | home | delta | iceberg}
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

jars() { # folder, group, artifact, version, options .. -> it and what it depends on, in the folder
  local folder=$home/$1
  mkdir -p "$folder"
  cat > "$folder/pom.xml" <<P
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>io.claviger</groupId><artifactId>$1-jars</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>$2</groupId><artifactId>$3</artifactId><version>$4</version></dependency>
  </dependencies>
</project>
P
  mvn -q -B -ntp -f "$folder/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$folder" "${@:5}" >&2
}

http_client() { # for S3FileIO: what it uses by itself is not in every bundle of the SDK
  local sdk=$home/s3a/bundle-
  sdk=$(echo "$sdk"*.jar) sdk=${sdk#"$home/s3a/bundle-"}
  mvn -q -B -ntp -f "$1/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
    -Dartifact="software.amazon.awssdk:url-connection-client:${sdk%.jar}" -DoutputDirectory="$1" >&2
}

tables() { # format, then as jars: once for each version, and without the libraries that Spark has
  local done=$home/$1/ready-$4
  [ -e "$done" ] && return
  rm -rf "${home:?}/$1"
  jars "$@" -DincludeGroupIds="$2,io.unitycatalog"
  [ "$1" != iceberg ] || http_client "$home/$1"
  touch "$done"
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
  jars s3a org.apache.hadoop hadoop-aws "$s3a" # with the SDK that it asks for
  touch "$home/ready"
fi
case $what in
  delta) tables delta io.delta "delta-spark_${spark%.*}_2.13" "${E2E_DELTA:-4.4.0}" ;;
  iceberg) tables iceberg org.apache.iceberg "iceberg-spark-runtime-${spark%.*}_2.13" "${E2E_ICEBERG:-1.12.0}" ;;
esac
exec 9>&-
case $what in
  home) echo "$home" ;;
  delta | iceberg) echo "$home/$what" ;;
esac
