#!/bin/sh
# claviger: keys, and objects and files sealed with them. "claviger install" wrote this script.
# JAVA_HOME chooses another JDK, JAVA_OPTS goes to its JVM.
self=$0
while [ -h "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=$(dirname "$self")/$target ;;
  esac
done
lib=$(CDPATH='' cd -- "$(dirname -- "$self")/../lib/claviger" && pwd -P) || exit 1

java='@JAVA@'
[ -z "${JAVA_HOME:-}" ] || java=$JAVA_HOME/bin/java
[ -x "$java" ] || java=java

terminal=
[ ! -t 0 ] || terminal=0
[ ! -t 1 ] || terminal=${terminal}1
[ ! -t 2 ] || terminal=${terminal}2

# What ends at once is not worth a second compiler; what moves bytes is.
compiler=
case ${1:-} in
  '' | -* | help | key | which | completion | ls | inspect | doctor) compiler=-XX:TieredStopAtLevel=1 ;;
esac

exec "$java" -Xshare:auto -XX:SharedArchiveFile="$lib/claviger.jsa" -Xlog:disable \
  -XX:+UseSerialGC $compiler -Dio.claviger.cli.terminal="$terminal" \
  ${JAVA_OPTS:-} -jar "$lib/claviger.jar" "$@"
