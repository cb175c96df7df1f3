/** Products, their stock, and the ways stock may move: plain values that know nothing of databases or wires. */
@NullMarked
package io.meridian.inventory.model;

import org.jspecify.annotations.NullMarked;
