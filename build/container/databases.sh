# Sourced once by the PostgreSQL image on an empty volume: one database and one role for each service. A role may replicate,
# because each service's relay reads its own outbox from the write-ahead log.
for name in orders inventory payments; do
  psql -v ON_ERROR_STOP=1 -v name="$name" -v password="$MERIDIAN_DB_PASSWORD" -U "${POSTGRES_USER:-postgres}" -d postgres <<'SQL'
CREATE ROLE :"name" LOGIN REPLICATION PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
