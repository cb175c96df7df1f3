# For scripts: `java` becomes a JDK 25's, wherever on this machine it is.
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
