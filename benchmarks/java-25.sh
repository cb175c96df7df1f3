# For the scripts beside it: `room` is the directory of this room, `java` a JDK 25's; what is missing is built first.
room=$(cd "$(dirname "$0")" && pwd -P)

is_jdk_25() {
  [ -x "$1/bin/java" ] && grep -q '^JAVA_VERSION="25[."]' "$1/release" 2>/dev/null
}

java=
for jdk in "${MERIDIAN_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
  /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk@25 /opt/*; do
  if is_jdk_25 "$jdk"; then
    java=$jdk/bin/java
    break
  fi
done
if [ -z "$java" ]; then
  echo "$(basename "$0"): no JDK 25 found; ./meridian doctor says how to get one, or set MERIDIAN_JAVA_HOME" >&2
  exit 3
fi

if [ ! -d "$room/target/lib" ] || [ -n "$(find "$room/pom.xml" "$room/src" "$room/../libs/deadline/src/main" "$room/../libs/breaker/src/main" -newer "$room/target/lib" -print | head -n 1)" ]; then
  (cd "$room/.." && mvn -B -ntp -q -pl benchmarks -am -Dmaven.test.skip=true package) >&2
  touch "$room/target/lib"
fi
