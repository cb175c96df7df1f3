# For the scripts beside it: `room` is the directory of this room, `java` a JDK 25's; what is missing is built first.
room=$(cd "$(dirname "$0")" && pwd -P)

. "$room/../build/jdk-25.sh"

if [ ! -d "$room/target/lib" ] || [ -n "$(find "$room/pom.xml" "$room/src" "$room/../libs/deadline/src/main" "$room/../libs/breaker/src/main" "$room/../libs/outbox/src/main" "$room/../libs/snapshot/src/main" "$room/../local/src/main" -newer "$room/target/lib" -print | head -n 1)" ]; then
  (cd "$room/.." && mvn -B -ntp -q -pl benchmarks -am -Dmaven.test.skip=true package) >&2
  touch "$room/target/lib"
fi
