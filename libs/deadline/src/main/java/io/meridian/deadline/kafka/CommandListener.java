package io.meridian.deadline.kafka;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says that a listener receives commands: a record whose {@link CommandDeadline} has passed goes to the {@link ExpiredCommandHandler}
 * instead, and one whose deadline cannot be read is a poisoned record. Stands beside {@code @KafkaListener} on a method, or on the class
 * of a listener. Without it records are facts, and a deadline that one of them carries means nothing.
 *
 * <p>Commands are received one by one: a listener of batches cannot carry it.
 */
@Documented
@Inherited
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface CommandListener {}
