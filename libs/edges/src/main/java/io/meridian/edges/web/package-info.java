/** What the servlet and the WebFlux door share: how Spring's own refusals become ours. */
@NullMarked
package io.meridian.edges.web;

import org.jspecify.annotations.NullMarked;
