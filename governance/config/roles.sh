#!/bin/sh
# Run once by the postgres image: the owner migrates, the application's role may not change what is sealed.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -d "$POSTGRES_DB" \
  -v owner_password="$PROBANZA_OWNER_PASSWORD" -v app_password="$PROBANZA_APP_PASSWORD" -v database="$POSTGRES_DB" <<'SQL'
CREATE ROLE probanza_owner LOGIN NOSUPERUSER CREATEDB PASSWORD :'owner_password';
CREATE ROLE probanza_app LOGIN NOSUPERUSER PASSWORD :'app_password';
ALTER DATABASE :"database" OWNER TO probanza_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO probanza_app;
ALTER SCHEMA public OWNER TO probanza_owner;
GRANT USAGE ON SCHEMA public TO probanza_app;
SQL
