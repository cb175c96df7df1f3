package io.meridian.outbox.shop;

import org.springframework.jdbc.core.simple.JdbcClient;

/** What hearing an event does, countably. */
final class Effects {

    private final JdbcClient jdbc;

    Effects(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void happen(String key) {
        jdbc.sql("INSERT INTO effects (key) VALUES (:key)").param("key", key).update();
    }

    long count(String key) {
        return jdbc.sql("SELECT count(*) FROM effects WHERE key = :key")
                .param("key", key)
                .query(Long.class)
                .single();
    }
}
