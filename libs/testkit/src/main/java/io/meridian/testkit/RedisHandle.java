package io.meridian.testkit;

/** The Redis of this JVM's tests; it forgets everything when it stops. */
public interface RedisHandle extends PartHandle {}
