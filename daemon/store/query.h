#pragma once

/*
 * Inside of store/ only: runs a statement with its parameters in one call.
 */

#include "store/store.h"

/* One bound parameter. */
typedef struct Bind {
        enum { BIND_INT, BIND_TEXT, BIND_BYTES } type;
        int64_t number;
        const char *text;
        size_t len;
} Bind;

#define BIND_I(value)        ((Bind){ .type = BIND_INT, .number = (value) })
#define BIND_T(value)        ((Bind){ .type = BIND_TEXT, .text = (value) })
#define BIND_B(bytes, count) ((Bind){ .type = BIND_BYTES, .text = (bytes), .len = (count) })

/* The macros take the SQL as a string literal, followed by the parameters. */
#define QUERY_BINDS(...) (const Bind[]){ __VA_ARGS__ }, sizeof((const Bind[]){ __VA_ARGS__ }) / sizeof(Bind)

/** query_run() - run a statement and ignore its rows */
int query_run(Store *store, const Sql *sql, const Bind *binds, size_t n);
#define QUERY_RUN(store, sql, ...) query_run(store, SQL(sql), QUERY_BINDS(__VA_ARGS__))

/**
 * query_number() - read the number in the first column of the only row. *ret is @none if there is no row or
 * the column is NULL.
 */
int query_number(Store *store, const Sql *sql, const Bind *binds, size_t n, int64_t none, int64_t *ret);
#define QUERY_NUMBER(store, ret, none, sql, ...)                                                            \
        query_number(store, SQL(sql), QUERY_BINDS(__VA_ARGS__), none, ret)

/** Called with a row. Its columns are borrowed until the function returns. */
typedef int (*QueryRow)(DbStatement *row, void *userdata);

/**
 * query_each() - call @on_row for each row, in order
 *
 * All functions of this module that end in _each() have this contract: a nonzero return value of the
 * callback, positive or negative, ends the query and is returned. The callback may use the same store and
 * the same statement. The statement is reset in all cases.
 *
 * Return: 0 at the end, the nonzero result of the callback, a condition of the store, negative errno.
 */
int query_each(Store *store, const Sql *sql, const Bind *binds, size_t n, QueryRow on_row, void *userdata);
#define QUERY_EACH(store, on_row, userdata, sql, ...)                                                       \
        query_each(store, SQL(sql), QUERY_BINDS(__VA_ARGS__), on_row, userdata)

/** query_first() - as query_each(), but only for the first row. STORE_E_NOT_FOUND: there is no row. */
int query_first(Store *store, const Sql *sql, const Bind *binds, size_t n, QueryRow on_row, void *userdata);
#define QUERY_FIRST(store, on_row, userdata, sql, ...)                                                      \
        query_first(store, SQL(sql), QUERY_BINDS(__VA_ARGS__), on_row, userdata)

/** query_copy_text() - copy a column as text, truncated to @size - 1 bytes */
void query_copy_text(DbStatement *row, int column, char *ret, size_t size);

/** query_changed() - the number of rows that the last statement changed */
int64_t query_changed(Store *store);

/** query_count_up() - increment a counter and return its new value, in the current transaction */
int query_count_up(Store *store, const char *counter, int64_t *ret);
