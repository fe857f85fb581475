#pragma once

/*
 * Inside of store/ only: a statement with its parameters in one call, and writes that are one transaction.
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

/* The macros take the SQL as a string literal and the parameters behind it. */
#define QUERY_BINDS(...) (const Bind[]){ __VA_ARGS__ }, sizeof((const Bind[]){ __VA_ARGS__ }) / sizeof(Bind)

/** query_run() - run a statement whose rows, if any, are of no interest */
int query_run(Store *store, const Sql *sql, const Bind *binds, size_t n);
#define QUERY_RUN(store, sql, ...) query_run(store, SQL(sql), QUERY_BINDS(__VA_ARGS__))

/**
 * query_number() - the number in the first column of the only row; @none when there is no row or it is NULL
 */
int query_number(Store *store, const Sql *sql, const Bind *binds, size_t n, int64_t none, int64_t *ret);
#define QUERY_NUMBER(store, ret, none, sql, ...)                                                            \
        query_number(store, SQL(sql), QUERY_BINDS(__VA_ARGS__), none, ret)

/** Is given a row, whose columns are borrowed until it returns. */
typedef int (*QueryRow)(DbStatement *row, void *userdata);

/**
 * query_each() - call @on_row for each row, in order
 * query_first() - call it for the first row only
 *
 * This is the contract of every function of this module that ends in _each(): a nonzero return of the
 * callback, whatever its sign, ends the walk and is returned. The callback may use the same store, the same
 * statement too. The statement is given back on every path.
 *
 * Return: 0 at the end, what the callback returned, a condition of the store, negative errno;
 * query_first(): STORE_E_NOT_FOUND without a row.
 */
int query_each(Store *store, const Sql *sql, const Bind *binds, size_t n, QueryRow on_row, void *userdata);
#define QUERY_EACH(store, on_row, userdata, sql, ...)                                                       \
        query_each(store, SQL(sql), QUERY_BINDS(__VA_ARGS__), on_row, userdata)
int query_first(Store *store, const Sql *sql, const Bind *binds, size_t n, QueryRow on_row, void *userdata);
#define QUERY_FIRST(store, on_row, userdata, sql, ...)                                                      \
        query_first(store, SQL(sql), QUERY_BINDS(__VA_ARGS__), on_row, userdata)

/** query_changed() - rows that the last statement changed */
int64_t query_changed(Store *store);

/** query_count_up() - the next number of a counter, in the transaction under way */
int query_count_up(Store *store, const char *counter, int64_t *ret);

/**
 * A write that takes several statements: part of the caller's transaction when one is under way, else one
 * of its own.
 *
 *     StoreWrite write;
 *     int r = store_write_begin(store, &write);
 *     ...
 *     return store_write_end(&write, r);
 */
typedef struct StoreWrite {
        Store *store;
        bool own;
} StoreWrite;

int store_write_begin(Store *store, StoreWrite *ret);
/** store_write_end() - commit when @r is 0, undo otherwise. Return: @r, or what the commit said. */
int store_write_end(StoreWrite *write, int r);
