# One Dockerfile for all four services: docker build --build-arg SERVICE=order-service .
# The build stage does not depend on the service, so it is built once and shared.
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
RUN mvn -B -ntp -q -DskipTests -pl gateway,order-service,inventory-service,payment-service -am package \
 && javac -d /ready build/container/Ready.java

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
