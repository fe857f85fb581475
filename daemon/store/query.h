#pragma once

/* What the files of this module share: statements with their parameters in one line, and writes that are one transaction. */

#include "store/mail-dictionary-internal.h"
#include "store/store.h"

/** One bound parameter. */
typedef struct Bind {
        enum { BIND_INT, BIND_TEXT, BIND_BYTES } type;
        int64_t number;
        const char *text;
        size_t len;
} Bind;

#define BIND_I(value)        ((Bind){ .type = BIND_INT, .number = (value) })
#define BIND_T(value)        ((Bind){ .type = BIND_TEXT, .text = (value) })
#define BIND_B(bytes, count) ((Bind){ .type = BIND_BYTES, .text = (bytes), .len = (count) })

/** store_query() - a statement with its parameters bound, ready to be stepped. */
int store_query(Store *store, const char *sql, const Bind *binds, size_t n, DbStatement **ret);
#define STORE_QUERY(store, ret, sql, ...)                                                                   \
        store_query(store, sql, (const Bind[]){ __VA_ARGS__ },                                              \
                        sizeof((const Bind[]){ __VA_ARGS__ }) / sizeof(Bind), ret)

/** store_run() - run a statement that gives no rows. */
int store_run(Store *store, const char *sql, const Bind *binds, size_t n);
#define STORE_RUN(store, sql, ...)                                                                          \
        store_run(store, sql, (const Bind[]){ __VA_ARGS__ },                                                \
                        sizeof((const Bind[]){ __VA_ARGS__ }) / sizeof(Bind))

/** store_number() - the number in the first column of the only row; @none when there is no row or it is NULL. */
int store_number(Store *store, const char *sql, const Bind *binds, size_t n, int64_t none, int64_t *ret);
#define STORE_NUMBER(store, ret, none, sql, ...)                                                            \
        store_number(store, sql, (const Bind[]){ __VA_ARGS__ },                                             \
                        sizeof((const Bind[]){ __VA_ARGS__ }) / sizeof(Bind), none, ret)

/** store_packer() - made with its first use; borrowed. */
int store_packer(Store *store, MailPacker **ret);

/** store_count_up() - the next number of a counter, in the transaction under way. */
int store_count_up(Store *store, const char *counter, int64_t *ret);

/**
 * A write that takes several statements: part of the caller's transaction when one is under way, else one of its own.
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
