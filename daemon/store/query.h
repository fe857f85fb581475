#pragma once

/*
 * Inside of store/ only: runs a statement with its parameters in one call, and groups writes into one
 * transaction.
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
 * query_number() - read the number in the first column of the only row; @none if there is no row or it is
 * NULL
 */
int query_number(Store *store, const Sql *sql, const Bind *binds, size_t n, int64_t none, int64_t *ret);
#define QUERY_NUMBER(store, ret, none, sql, ...)                                                            \
        query_number(store, SQL(sql), QUERY_BINDS(__VA_ARGS__), none, ret)

/** Called with a row, whose columns are borrowed until it returns. */
typedef int (*QueryRow)(DbStatement *row, void *userdata);

/**
 * query_each() - call @on_row for each row, in order
 * query_first() - call @on_row for the first row only
 *
 * All functions of this module that end in _each() have this contract: a nonzero return of the callback,
 * positive or negative, ends the query and is returned. The callback may use the same store and the same
 * statement. The statement is reset in all cases.
 *
 * Return: 0 at the end, the nonzero result of the callback, a condition of the store, negative errno;
 * query_first(): STORE_E_NOT_FOUND without a row.
 */
int query_each(Store *store, const Sql *sql, const Bind *binds, size_t n, QueryRow on_row, void *userdata);
#define QUERY_EACH(store, on_row, userdata, sql, ...)                                                       \
        query_each(store, SQL(sql), QUERY_BINDS(__VA_ARGS__), on_row, userdata)
int query_first(Store *store, const Sql *sql, const Bind *binds, size_t n, QueryRow on_row, void *userdata);
#define QUERY_FIRST(store, on_row, userdata, sql, ...)                                                      \
        query_first(store, SQL(sql), QUERY_BINDS(__VA_ARGS__), on_row, userdata)

/** query_changed() - the number of rows that the last statement changed */
int64_t query_changed(Store *store);

/** query_count_up() - take the next number of a counter, in the current transaction */
int query_count_up(Store *store, const char *counter, int64_t *ret);
