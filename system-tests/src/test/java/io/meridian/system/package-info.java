/** The platform as its users see it: four services, their doors, and what must hold whatever happens. */
@org.jspecify.annotations.NullMarked
package io.meridian.system;
