/**
 * The front door, Spring Cloud Gateway on WebFlux: opens the scope of a request with what its client asks for and its route
 * allows, tells the service behind how much of it there is, and ends head and body of the answer with it.
 */
@NullMarked
package io.meridian.deadline.gateway;

import org.jspecify.annotations.NullMarked;
