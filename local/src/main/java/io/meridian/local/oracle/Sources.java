package io.meridian.local.oracle;

import io.meridian.local.platform.Addresses;
import io.meridian.local.platform.Component;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a platform is to be looked at.
 *
 * @param postgres {@code host:port} of the server with the databases orders, inventory and payments, each owned by a role of its name
 * @param password of these roles
 * @param kafka {@code host:port} to begin with
 * @param management the root of each service's management port, by the service's name
 */
public record Sources(String postgres, String password, String kafka, Map<String, URI> management) {

    /** The password of a platform that nobody gave another one. */
    public static final String PASSWORD = "meridian";

    public Sources {
        management = Map.copyOf(management);
    }

    /** A platform of this machine. */
    public static Sources of(Addresses addresses, String password) {
        var management = new LinkedHashMap<String, URI>();
        Component.services().forEach(it -> management.put(it.id(), addresses.managementHttp(it)));
        return new Sources(
                addresses.address(Component.POSTGRES), password, addresses.address(Component.KAFKA), management);
    }

    String jdbc(String database) {
        return "jdbc:postgresql://" + postgres + "/" + database;
    }
}
