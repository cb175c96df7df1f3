/** Gives a service the doors it has the technology for; the only package that sees Boot's auto-configuration. */
@NullMarked
package io.meridian.edges.autoconfigure;

import org.jspecify.annotations.NullMarked;
