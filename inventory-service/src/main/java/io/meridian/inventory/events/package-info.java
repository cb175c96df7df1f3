/** What inventory hears about orders and what it tells about stock, over Kafka. */
@NullMarked
package io.meridian.inventory.events;

import org.jspecify.annotations.NullMarked;
