/** JSON at the door: read strictly, refused by naming what was expected and found, written as problem+json. */
@NullMarked
package io.meridian.edges.json;

import org.jspecify.annotations.NullMarked;
