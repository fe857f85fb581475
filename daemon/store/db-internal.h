#pragma once

/*
 * The inside of an engine. An engine is one table of functions, DbEngine; its connection and its statement
 * are structs that begin with Db and DbStatement. Each function does the same as the one with its name in
 * store/db.h, but the engine does not cache statements. This header is for the files of an engine, and for
 * tests that wrap an engine in another table.
 */

#include "store/db.h"

enum { DB_STATEMENTS_MAX = 128 };

typedef struct DbEngine DbEngine;

/* A prepared statement in the cache. */
typedef struct DbKept {
        const Sql *sql;
        DbStatement *statement;
        uint64_t used; /* value of Db.n_uses at the last use */
} DbKept;

struct Db {
        const DbEngine *engine;
        uint64_t n_uses;
        int n_kept;
        DbKept kept[DB_STATEMENTS_MAX];
};

struct DbStatement {
        Db *db;
        bool in_use;
        bool is_kept; /* in the cache; if false, db_reset() finalizes the statement */
};

struct DbUpkeep {
        const DbEngine *engine;
};

struct DbEngine {
        const char *scheme; /* start of the engine's URLs, with the colon: "sqlite:" */

        /* @place: the URL after the scheme. Sets the connection's `engine`. @ret_why is not NULL. */
        int (*open)(const char *place, bool create, bool read_only, Db **ret, char **ret_why);
        void (*close)(Db *db);
        const char *(*name)(const char *place);
        const char *(*message)(Db *db);

        int (*execute)(Db *db, const char *sql);
        usec_t (*set_patience)(Db *db, usec_t patience);
        void (*set_limit)(Db *db, usec_t limit); /* may be NULL: there is no server */
        int (*set_durable)(Db *db, bool durable);
        int (*expect_bulk)(Db *db);
        int (*set_references)(Db *db, bool enforced);

        int (*begin_write)(Db *db);
        int (*begin_read)(Db *db);
        int (*commit)(Db *db);
        void (*rollback)(Db *db);
        bool (*in_transaction)(Db *db);
        bool (*may_retry)(Db *db);       /* may be NULL: never */
        const char *(*timeline)(Db *db); /* may be NULL: there is no server */

        /* @in_parts: the rows are read in parts, see db_prepare_text() */
        int (*prepare)(Db *db, const char *sql, bool in_parts, DbStatement **ret);
        void (*finalize)(DbStatement *statement);
        void (*bind_int)(DbStatement *statement, int parameter, int64_t value);
        void (*bind_text)(DbStatement *statement, int parameter, const char *text);
        void (*bind_bytes)(DbStatement *statement, int parameter, const void *bytes, size_t len);
        int (*step)(DbStatement *statement);
        void (*reset)(DbStatement *statement); /* also removes the bound parameters */
        int64_t (*column_int)(DbStatement *statement, int column);
        bool (*column_is_null)(DbStatement *statement, int column);
        const char *(*column_text)(DbStatement *statement, int column, size_t *ret_len);
        int (*n_columns)(DbStatement *statement);
        const char *(*column_name)(DbStatement *statement, int column);
        DbType (*column_type)(DbStatement *statement, int column);
        int64_t (*changes)(Db *db);

        int (*has_table)(Db *db, const char *name, bool *ret);
        int (*data_version)(Db *db, int64_t *ret);
        bool (*has_moved)(Db *db);
        int (*bytes)(Db *db, int64_t *ret);
        const char *(*file)(Db *db); /* may be NULL */
        int (*check)(Db *db, const DbCheckOptions *options);
        int (*salvage)(Db *db, const char *table, const char *name, DbSalvage *ret); /* may be NULL */

        /* All of these or none. */
        int (*backup)(Db *db, const char *path);
        int (*empty_log)(Db *db);     /* may be NULL: there is no log */
        int64_t (*log_bytes)(Db *db); /* may be NULL, as may be backup */
        int (*settle)(Db *db);
        int (*spare_url)(Db *db, char **ret);
        int (*discard)(const char *place);
        int (*rebuild)(Db *fresh, Db *damaged, const DbRebuildOptions *options);
        int (*drop_orphans)(Db *db);
        int (*replace)(Db *damaged, Db *fresh, const char *mark, char **ret_aside);

        int (*lock)(Db *db);
        int (*is_locked)(Db *db, bool *ret);
        /* These may be NULL: then there is one daemon, which has the lock. */
        int (*join)(Db *db, const char *name, const char *version);
        int64_t (*node)(void);
        int (*node_lives)(Db *db, int64_t node, bool *ret);
        int (*expire_nodes)(Db *db, int *ret_n);
        int (*listen)(Db *db, int *ret_fd);
        usec_t (*look_interval)(Db *db);
        bool (*heard)(Db *db);

        int (*upkeep_new)(const char *url, DbUpkeep **ret);
        void (*upkeep_free)(DbUpkeep *upkeep);
        void (*set_upkeep)(Db *db, DbUpkeep *upkeep);
        bool (*upkeep_is_busy)(DbUpkeep *upkeep);
        bool (*upkeep_has_failed)(DbUpkeep *upkeep);
};

extern const DbEngine db_sqlite, db_postgres;

/**
 * db_run() - prepare a statement, step once and reset; for an engine's own statements, which return no
 * rows.
 */
int db_run(Db *db, const Sql *sql);
