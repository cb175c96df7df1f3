package io.meridian.edges.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a service may decide about its doors.
 *
 * @param maxBody the largest request body that is accepted; one byte more is answered with 413. There is no unlimited
 */
@ConfigurationProperties("meridian.edges")
record EdgesProperties(@DefaultValue("64KB") DataSize maxBody) {

    EdgesProperties {
        if (maxBody.toBytes() < 1) {
            throw new IllegalArgumentException("meridian.edges.max-body must be at least 1B, was " + maxBody);
        }
    }
}
