# One Dockerfile for all four services: docker build --build-arg SERVICE=order-service .
# The build stage does not depend on the service, so it is built once and shared.
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
# First what the services stand on and all that is fetched: a change in a service fetches and builds none of it again.
COPY pom.xml ./
COPY .mvn .mvn
COPY build build
COPY contracts contracts
COPY libs libs
COPY observability observability
COPY local local
COPY gateway/pom.xml gateway/
COPY order-service/pom.xml order-service/
COPY inventory-service/pom.xml inventory-service/
COPY payment-service/pom.xml payment-service/
COPY benchmarks/pom.xml benchmarks/
COPY local-tests/pom.xml local-tests/
COPY system-tests/pom.xml system-tests/
COPY simulation/pom.xml simulation/
ARG SERVICES=gateway,order-service,inventory-service,payment-service
RUN mvn -B -ntp -q -Dmaven.test.skip=true -Dspring-boot.repackage.skip=true -pl ${SERVICES} -am package install:install \
 && javac -d /ready build/container/Ready.java
COPY . .
RUN mvn -B -ntp -q -Dmaven.test.skip=true -pl ${SERVICES} package

FROM eclipse-temurin:25-jre AS layers
ARG SERVICE
COPY --from=build /src/${SERVICE}/target/${SERVICE}-*-app.jar /service.jar
RUN java -Djarmode=tools -jar /service.jar extract --layers --destination /layers \
 && cd /layers && mkdir -p dependencies spring-boot-loader snapshot-dependencies application

FROM eclipse-temurin:25-jre
# What changes least stands first, so that a rebuilt service adds one small layer.
COPY --from=layers /layers/dependencies/ /app/
COPY --from=layers /layers/spring-boot-loader/ /app/
COPY --from=layers /layers/snapshot-dependencies/ /app/
COPY --from=build /ready /ready
COPY --from=layers /layers/application/ /app/
USER 10001:10001
WORKDIR /app
ENV MERIDIAN_BIND=0.0.0.0 \
    JAVA_TOOL_OPTIONS="-XX:+UseSerialGC -XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError"
ENTRYPOINT ["java", "-jar", "/app/service.jar"]
