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

# Streams that are closed stay so: else the JVM's first files take their numbers, and are read or written.
true 2>/dev/null 3<&0 || exec 0>/dev/null
true 2>/dev/null 3>&1 || exec 1</dev/null
true 3>&2 2>/dev/null || exec 2>/dev/null

# In the locale C a JVM does not know letters beyond ASCII, in names of files and objects.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
  C | POSIX) export LC_ALL=C.UTF-8 ;;
esac

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
