package io.meridian.outbox.shop;

import static io.meridian.testkit.UsesParts.Part.KAFKA;
import static io.meridian.testkit.UsesParts.Part.POSTGRES;

import io.meridian.testkit.UsesParts;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.TestConstructor;
import org.springframework.test.context.TestConstructor.AutowireMode;

/** The one context all tests of the shop share. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(classes = Shop.class)
@UsesParts({POSTGRES, KAFKA})
@TestConstructor(autowireMode = AutowireMode.ALL)
@interface ShopTest {}
