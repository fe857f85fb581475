/*
 * Statements of PostgreSQL. A statement is prepared on the server at its first step, since the types of its
 * parameters are known only then: numbers are sent as BIGINT, and the server derives the type of texts and
 * bytes, which it reads from the same binary form whether the type is TEXT or BYTEA. A step runs the
 * statement completely and keeps its rows, so a caller may use the connection between two rows. A statement
 * whose rows are read in parts has a cursor, and keeps one part.
 */

#include "store/db-postgres.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PARAMETERS_MAX = POSTGRES_PARAMETERS_MAX, NUMBER_SIZE = 24, NAME_SIZE = 24, PART_ROWS = 500 };

#define FETCH "FETCH 500 FROM "
_Static_assert(PART_ROWS == 500, "the number of rows in the command");

/* Types of the server (pg_type.dat), whose numbers never change. */
enum {
        TYPE_BOOL = 16,
        TYPE_BYTEA = 17,
        TYPE_INT8 = 20,
        TYPE_INT2 = 21,
        TYPE_INT4 = 23,
        TYPE_NUMERIC = 1700,
        TYPE_DERIVED = 0
};

typedef char NumberText[NUMBER_SIZE];

typedef struct PostgresStatement {
        DbStatement statement; /* must be first */
        char *sql;
        bool changes_rows;
        bool in_parts; /* its rows are read in parts */
        bool has_run;  /* before; a statement that runs again gets a name on the server */
        int n_parameters;
        const char *values[PARAMETERS_MAX];
        int lengths[PARAMETERS_MAX];
        uint64_t numbers[PARAMETERS_MAX];
        Oid types[PARAMETERS_MAX]; /* of the bound values */

        char name[NAME_SIZE];   /* on the server */
        unsigned session;       /* in which it was prepared; 0 for none */
        char cursor[NAME_SIZE]; /* that is open; "" for none */

        PGresult *result;
        int row;
        NumberText *texts; /* numbers that were read as texts, by column; NULL until the first */
} PostgresStatement;

static PostgresStatement *postgres_statement(DbStatement *statement)
{
        return (PostgresStatement *)statement;
}

static bool begins_with(const char *sql, const char *word)
{
        return strncmp(sql, word, strlen(word)) == 0;
}

static bool is_change(const char *sql)
{
        if (begins_with(sql, "WITH"))
                return strstr(sql, "UPDATE ") || strstr(sql, "INSERT INTO") || strstr(sql, "DELETE FROM");
        return !begins_with(sql, "SELECT");
}

static int count_parameters(const char *sql)
{
        int max = 0;
        for (const char *c = sql; (c = strchr(c, '$')); c++) {
                int number = atoi(c + 1);
                max = number > max ? number : max;
        }
        return max;
}

int postgres_prepare(Db *db, const char *sql, bool in_parts, DbStatement **ret)
{
        (void)db;
        PostgresStatement *statement = calloc(1, sizeof(*statement));
        char *copy = strdup(sql);
        if (!statement || !copy) {
                free(statement);
                free(copy);
                return -ENOMEM;
        }
        statement->sql = copy;
        statement->changes_rows = is_change(sql);
        statement->in_parts = in_parts && !statement->changes_rows;
        statement->n_parameters = count_parameters(sql);
        *ret = &statement->statement;
        return statement->n_parameters <= PARAMETERS_MAX ? 0 : -E2BIG;
}

/*
 * Drops the statement on the server, together with the preparation of the next one: alone it would cost a
 * round trip.
 */
static void drop(PostgresDb *db, PostgresStatement *statement)
{
        if (statement->session == db->session)
                buffer_printf(&db->dropped, "DEALLOCATE %s;", statement->name);
        statement->session = 0;
}

void postgres_finalize(DbStatement *base)
{
        PostgresStatement *statement = postgres_statement(base);
        drop(postgres_db(base->db), statement);
        PQclear(statement->result);
        free(statement->texts);
        free(statement->sql);
        free(statement);
}

/* A value of another type than the last time: the statement is prepared again. */
static void set_type(PostgresStatement *statement, int at, Oid type)
{
        if (statement->types[at] == type)
                return;
        drop(postgres_db(statement->statement.db), statement);
        statement->types[at] = type;
}

static void set_value(PostgresStatement *statement, int parameter, const char *value, size_t len, Oid type)
{
        int at = parameter - 1;
        if (at >= statement->n_parameters)
                return;
        /* NULL is of every type. */
        if (value)
                set_type(statement, at, type);
        statement->values[at] = value;
        statement->lengths[at] = (int)len;
}

void postgres_bind_int(DbStatement *base, int parameter, int64_t value)
{
        PostgresStatement *statement = postgres_statement(base);
        if (parameter > statement->n_parameters)
                return;
        uint64_t *number = &statement->numbers[parameter - 1];
        *number = htobe64((uint64_t)value);
        set_value(statement, parameter, (const char *)number, sizeof(*number), TYPE_INT8);
}

void postgres_bind_text(DbStatement *base, int parameter, const char *text)
{
        set_value(postgres_statement(base), parameter, text, text ? strlen(text) : 0, TYPE_DERIVED);
}

void postgres_bind_bytes(DbStatement *base, int parameter, const void *bytes, size_t len)
{
        set_value(postgres_statement(base), parameter, bytes, len, TYPE_DERIVED);
}

static PostgresCall call_of(const PostgresStatement *statement)
{
        return (PostgresCall){ statement->sql, statement->n_parameters, statement->types, statement->values,
                statement->lengths, 1 };
}

static int prepare_on_server(PostgresDb *db, PostgresStatement *statement)
{
        if (statement->session == db->session)
                return 0;
        int r = buffer_text(&db->dropped)[0] ? postgres_run(db, buffer_text(&db->dropped), NULL) : 0;
        buffer_reset(&db->dropped);
        if (r != 0)
                return r;
        snprintf(statement->name, sizeof(statement->name), "s%u", ++db->n_names);
        PostgresCall call = call_of(statement);
        CLEANUP(postgres_clear)
        PGresult *result = postgres_name_call(db, statement->name, &call);
        r = postgres_condition(db, result);
        if (r == 0)
                statement->session = db->session;
        return r;
}

static void drop_result(PostgresStatement *statement)
{
        PQclear(statement->result);
        statement->result = NULL;
        free(statement->texts);
        statement->texts = NULL;
}

static void close_cursor(PostgresDb *db, PostgresStatement *statement)
{
        char sql[2 * NAME_SIZE];
        snprintf(sql, sizeof(sql), "CLOSE %s", statement->cursor);
        if (statement->cursor[0] && PQtransactionStatus(db->link) == PQTRANS_INTRANS)
                PQclear(postgres_exec(db, sql));
        statement->cursor[0] = '\0';
}

/* Sends a statement under the name that it has on the server, or without one; records it. */
static int send(PostgresDb *db, const PostgresCall *call, const char *name, PGresult **ret)
{
        *ret = name ? postgres_call_named(db, name, call) : postgres_call(db, call);
        int r = postgres_condition(db, *ret);
        if (r == 0)
                postgres_record(db, call, *ret);
        return r;
}

static int fetch_part(PostgresDb *db, PostgresStatement *statement)
{
        char sql[sizeof(FETCH) + NAME_SIZE];
        snprintf(sql, sizeof(sql), FETCH "%s", statement->cursor);
        statement->row = -1;
        return send(db, &(PostgresCall){ .sql = sql, .format = 1 }, NULL, &statement->result);
}

static int fetch_next_part(PostgresDb *db, PostgresStatement *statement)
{
        int r = db->failed, tries = 0;
        if (r != 0)
                return r;
        do {
                drop_result(statement);
                r = fetch_part(db, statement);
        } while (r != 0 && (r = postgres_replay(db, r, &tries)) == 0);
        return r;
}

static int open_cursor(PostgresDb *db, PostgresStatement *statement)
{
        CLEANUP(cleanup_free) char *sql = NULL;
        CLEANUP(postgres_clear) PGresult *result = NULL;
        PostgresCall call = call_of(statement);
        snprintf(statement->cursor, sizeof(statement->cursor), "c%u", ++db->n_names);
        if (asprintf(&sql, "DECLARE %s NO SCROLL CURSOR FOR %s", statement->cursor, statement->sql) < 0) {
                sql = NULL;
                return -ENOMEM;
        }
        call.sql = sql;
        int r = send(db, &call, NULL, &result);
        return r != 0 ? r : fetch_part(db, statement);
}

/* A statement outside of the cache that runs for the first time gets no name on the server. */
static int run_once(PostgresDb *db, PostgresStatement *statement)
{
        PostgresCall call = call_of(statement);
        bool is_named = statement->statement.is_kept || statement->has_run;
        if (statement->in_parts)
                return open_cursor(db, statement);
        int r = is_named ? prepare_on_server(db, statement) : 0;
        if (r != 0)
                return r;
        statement->has_run = true;
        r = send(db, &call, is_named ? statement->name : NULL, &statement->result);
        if (r == 0 && statement->changes_rows) {
                db->changes = strtoll(PQcmdTuples(statement->result), NULL, 10);
                db->has_written |= db->changes > 0;
        }
        return r;
}

static int run_in_transaction(PostgresDb *db, PostgresStatement *statement)
{
        int r = db->failed, tries = 0;
        if (r != 0)
                return r;
        do {
                drop_result(statement);
                r = run_once(db, statement);
        } while (r != 0 && (r = postgres_replay(db, r, &tries)) == 0);
        return r;
}

/* Runs a statement that writes as a transaction. */
static int run_as_transaction(PostgresDb *db, PostgresStatement *statement)
{
        int r = postgres_begin_write(&db->db);
        if (r != 0)
                return r;
        r = run_once(db, statement);
        if (r == 0)
                r = postgres_commit(&db->db);
        if (r != 0)
                postgres_rollback(&db->db);
        return r;
}

static int run(PostgresDb *db, PostgresStatement *statement)
{
        int r, tries = 0;
        if (db->transaction != POSTGRES_NO_TRANSACTION)
                return run_in_transaction(db, statement);
        do {
                drop_result(statement);
                db->may_retry = false;
                r = postgres_link(db);
                if (r == 0)
                        r = statement->changes_rows ? run_as_transaction(db, statement)
                                                    : run_once(db, statement);
        } while (r != 0 && postgres_retries(db, &tries));
        return r;
}

int postgres_step(DbStatement *base)
{
        PostgresStatement *statement = postgres_statement(base);
        int r = 0;
        if (!statement->result) {
                statement->row = -1;
                r = run(postgres_db(base->db), statement);
        }
        if (r != 0)
                return r;
        statement->row++;
        if (statement->cursor[0] && statement->row == PART_ROWS) {
                r = fetch_next_part(postgres_db(base->db), statement);
                statement->row++;
        }
        return r != 0 ? r : statement->row < PQntuples(statement->result) ? DB_ROW : 0;
}

void postgres_reset(DbStatement *base)
{
        PostgresStatement *statement = postgres_statement(base);
        drop_result(statement);
        close_cursor(postgres_db(base->db), statement);
        memset(statement->values, 0, sizeof(statement->values));
}

/* A NUMERIC, which is what a sum of BIGINT is: digits to the base of 10000 (utils/adt/numeric.c). */
static int64_t read_numeric(const unsigned char *bytes)
{
        int n = bytes[0] << 8 | bytes[1], weight = (int16_t)(bytes[2] << 8 | bytes[3]);
        bool is_negative = bytes[4] & 0x40;
        int64_t value = 0;
        for (int i = 0; i <= weight; i++) {
                const unsigned char *digit = bytes + 8 + 2 * i;
                value = value * 10000 + (i < n ? digit[0] << 8 | digit[1] : 0);
        }
        return is_negative ? -value : value;
}

static int64_t read_integer(const unsigned char *bytes, int len)
{
        int64_t value = bytes[0] & 0x80 ? -1 : 0;
        for (int i = 0; i < len; i++)
                value = (int64_t)((uint64_t)value << 8 | bytes[i]);
        return value;
}

static bool is_number(Oid type)
{
        return type == TYPE_INT8 || type == TYPE_INT4 || type == TYPE_INT2 || type == TYPE_BOOL ||
               type == TYPE_NUMERIC;
}

int64_t postgres_column_int(DbStatement *base, int column)
{
        const PostgresStatement *statement = postgres_statement(base);
        const char *value = PQgetvalue(statement->result, statement->row, column);
        Oid type = PQftype(statement->result, column);
        if (PQgetisnull(statement->result, statement->row, column))
                return 0;
        return type == TYPE_NUMERIC ? read_numeric((const unsigned char *)value)
               : is_number(type)    ? read_integer((const unsigned char *)value,
                                                      PQgetlength(statement->result, statement->row, column))
                                    : strtoll(value, NULL, 10);
}

bool postgres_column_is_null(DbStatement *base, int column)
{
        const PostgresStatement *statement = postgres_statement(base);
        return PQgetisnull(statement->result, statement->row, column);
}

/* A number as a text, which is kept until the next step. */
static const char *number_text(PostgresStatement *statement, int column)
{
        if (!statement->texts)
                statement->texts = calloc((size_t)PQnfields(statement->result), sizeof(*statement->texts));
        if (!statement->texts)
                return "";
        snprintf(statement->texts[column], NUMBER_SIZE, "%" PRId64,
                        postgres_column_int(&statement->statement, column));
        return statement->texts[column];
}

const char *postgres_column_text(DbStatement *base, int column, size_t *ret_len)
{
        PostgresStatement *statement = postgres_statement(base);
        bool is_null = PQgetisnull(statement->result, statement->row, column);
        bool as_number = !is_null && is_number(PQftype(statement->result, column));
        const char *text = as_number ? number_text(statement, column)
                                     : PQgetvalue(statement->result, statement->row, column);
        if (ret_len)
                *ret_len = as_number ? strlen(text)
                                     : (size_t)PQgetlength(statement->result, statement->row, column);
        return text;
}

int postgres_n_columns(DbStatement *base)
{
        return PQnfields(postgres_statement(base)->result);
}

const char *postgres_column_name(DbStatement *base, int column)
{
        return PQfname(postgres_statement(base)->result, column);
}

DbType postgres_column_type(DbStatement *base, int column)
{
        Oid type = PQftype(postgres_statement(base)->result, column);
        return type == TYPE_BYTEA ? DB_BYTES : is_number(type) ? DB_NUMBER : DB_TEXT;
}
