/*
 * Selects the engine of a URL, passes each call to its table of functions, and caches the prepared
 * statements of a connection.
 */

#include "store/db-internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const DbEngine *const engines[] = { &db_sqlite, &db_postgres };

/* Finds the engine of a URL; NULL for an unknown scheme. @ret_place: the URL after the scheme. */
static const DbEngine *find_engine(const char *url, const char **ret_place)
{
        for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++) {
                size_t len = strlen(engines[i]->scheme);
                if (strncmp(url, engines[i]->scheme, len) != 0)
                        continue;
                *ret_place = url + len;
                return engines[i];
        }
        return NULL;
}

int db_open(const char *url, bool create, bool read_only, Db **ret, char **ret_why)
{
        const char *place;
        const DbEngine *engine = find_engine(url, &place);
        CLEANUP(cleanup_free) char *why = NULL;
        *ret = NULL;
        int r = engine ? engine->open(place, create, read_only, ret, &why) : -EINVAL;
        if (ret_why)
                *ret_why = TAKE_PTR(why);
        return r;
}

Db *db_close(Db *db)
{
        if (!db)
                return NULL;
        for (int i = 0; i < db->n_kept; i++)
                db->engine->finalize(db->kept[i].statement);
        db->engine->close(db);
        return NULL;
}

const char *db_name(const char *url)
{
        const char *place;
        const DbEngine *engine = find_engine(url, &place);
        return engine ? engine->name(place) : url;
}

const char *db_path(const char *url)
{
        const char *place;
        const DbEngine *engine = find_engine(url, &place);
        return engine && engine->file ? place : NULL;
}

const char *db_message(Db *db)
{
        return db->engine->message(db);
}

int db_execute(Db *db, const char *sql)
{
        return db->engine->execute(db, sql);
}

usec_t db_set_patience(Db *db, usec_t patience)
{
        return db->engine->set_patience(db, patience);
}

void db_set_limit(Db *db, usec_t limit)
{
        if (db->engine->set_limit)
                db->engine->set_limit(db, limit);
}

int db_set_durable(Db *db, bool durable)
{
        return db->engine->set_durable(db, durable);
}

int db_expect_bulk(Db *db)
{
        return db->engine->expect_bulk(db);
}

int db_set_references(Db *db, bool enforced)
{
        return db->engine->set_references(db, enforced);
}

int db_begin_write(Db *db)
{
        return db->engine->begin_write(db);
}

int db_begin_read(Db *db)
{
        return db->engine->begin_read(db);
}

int db_commit(Db *db)
{
        return db->engine->commit(db);
}

void db_rollback(Db *db)
{
        db->engine->rollback(db);
}

const char *db_timeline(Db *db)
{
        return db->engine->timeline ? db->engine->timeline(db) : NULL;
}

bool db_in_transaction(Db *db)
{
        return db->engine->in_transaction(db);
}

bool db_may_retry(Db *db)
{
        return db->engine->may_retry && db->engine->may_retry(db);
}

/*
 * Returns a free cache entry, or the least recently used entry after finalizing its statement. NULL if all
 * statements are in use.
 */
static DbKept *make_room(Db *db)
{
        DbKept *oldest = NULL;
        if (db->n_kept < DB_STATEMENTS_MAX)
                return &db->kept[db->n_kept++];
        for (int i = 0; i < db->n_kept; i++)
                if (!db->kept[i].statement->in_use && (!oldest || db->kept[i].used < oldest->used))
                        oldest = &db->kept[i];
        if (oldest)
                db->engine->finalize(oldest->statement);
        return oldest;
}

static DbStatement *find_kept(Db *db, const Sql *sql)
{
        for (int i = 0; i < db->n_kept; i++)
                if (db->kept[i].sql == sql) {
                        db->kept[i].used = ++db->n_uses;
                        return db->kept[i].statement;
                }
        return NULL;
}

int db_prepare(Db *db, const Sql *sql, DbStatement **ret)
{
        DbStatement *kept = find_kept(db, sql), *statement = kept;
        *ret = NULL;
        if (!kept || kept->in_use) {
                int r = db->engine->prepare(db, sql->text, false, &statement);
                if (r != 0)
                        return r;
                DbKept *place = kept ? NULL : make_room(db);
                statement->db = db;
                statement->is_kept = place;
                if (place)
                        *place = (DbKept){ sql, statement, ++db->n_uses };
        }
        statement->in_use = true;
        *ret = statement;
        return 0;
}

int db_prepare_text(Db *db, const char *sql, DbStatement **ret)
{
        *ret = NULL;
        int r = db->engine->prepare(db, sql, true, ret);
        if (r == 0)
                (*ret)->db = db;
        return r;
}

void db_rewind(DbStatement *statement)
{
        statement->db->engine->reset(statement);
}

void db_bind_int(DbStatement *statement, int parameter, int64_t value)
{
        statement->db->engine->bind_int(statement, parameter, value);
}

void db_bind_text(DbStatement *statement, int parameter, const char *text)
{
        statement->db->engine->bind_text(statement, parameter, text);
}

void db_bind_bytes(DbStatement *statement, int parameter, const void *bytes, size_t len)
{
        statement->db->engine->bind_bytes(statement, parameter, bytes, len);
}

int db_step(DbStatement *statement)
{
        return statement->db->engine->step(statement);
}

void db_reset(DbStatement *statement)
{
        if (!statement)
                return;
        const DbEngine *engine = statement->db->engine;
        engine->reset(statement);
        statement->in_use = false;
        if (!statement->is_kept)
                engine->finalize(statement);
}

int db_run(Db *db, const Sql *sql)
{
        DbStatement *statement;
        int r = db_prepare(db, sql, &statement);
        if (r == 0)
                r = db_step(statement);
        db_reset(statement);
        return r;
}

int64_t db_int(DbStatement *statement, int column)
{
        return statement->db->engine->column_int(statement, column);
}

const char *db_text(DbStatement *statement, int column, size_t *ret_len)
{
        return statement->db->engine->column_text(statement, column, ret_len);
}

bool db_is_null(DbStatement *statement, int column)
{
        return statement->db->engine->column_is_null(statement, column);
}

int db_n_columns(DbStatement *statement)
{
        return statement->db->engine->n_columns(statement);
}

const char *db_column_name(DbStatement *statement, int column)
{
        return statement->db->engine->column_name(statement, column);
}

DbType db_column_type(DbStatement *statement, int column)
{
        return statement->db->engine->column_type(statement, column);
}

int64_t db_changes(Db *db)
{
        return db->engine->changes(db);
}

int db_has_table(Db *db, const char *name, bool *ret)
{
        return db->engine->has_table(db, name, ret);
}

int db_data_version(Db *db, int64_t *ret)
{
        return db->engine->data_version(db, ret);
}

bool db_has_moved(Db *db)
{
        return db->engine->has_moved(db);
}

int db_bytes(Db *db, int64_t *ret)
{
        return db->engine->bytes(db, ret);
}

const char *db_file(Db *db)
{
        return db->engine->file ? db->engine->file(db) : NULL;
}

int db_check(Db *db, const DbCheckOptions *options)
{
        return db->engine->check(db, options);
}

int db_salvage(Db *db, const char *table, const char *name, DbSalvage *ret)
{
        return db->engine->salvage ? db->engine->salvage(db, table, name, ret) : -ENOTSUP;
}

void db_salvage_done(DbSalvage *salvage)
{
        for (size_t i = 0; i < salvage->n; i++)
                free(salvage->rows[i].name);
        free(salvage->rows);
        *salvage = (DbSalvage){ .n = 0 };
}

int db_settle(Db *db)
{
        return db->engine->settle ? db->engine->settle(db) : -ENOTSUP;
}

int64_t db_log_bytes(Db *db)
{
        return db->engine->log_bytes ? db->engine->log_bytes(db) : 0;
}

int db_empty_log(Db *db)
{
        return db->engine->empty_log ? db->engine->empty_log(db) : 0;
}

int db_backup(Db *db, const char *path)
{
        return db->engine->backup ? db->engine->backup(db, path) : -ENOTSUP;
}

const char *db_path_of(const char *url)
{
        const char *colon = strchr(url, ':');
        return colon ? colon + 1 : url;
}

int db_spare_url(Db *db, char **ret)
{
        *ret = NULL;
        return db->engine->spare_url ? db->engine->spare_url(db, ret) : -ENOTSUP;
}

int db_discard(const char *url)
{
        const char *place;
        const DbEngine *engine = find_engine(url, &place);
        return !engine ? -EINVAL : engine->discard ? engine->discard(place) : -ENOTSUP;
}

int db_rebuild(Db *fresh, Db *damaged, const DbRebuildOptions *options)
{
        return fresh->engine->rebuild ? fresh->engine->rebuild(fresh, damaged, options) : -ENOTSUP;
}

int db_drop_orphans(Db *db)
{
        return db->engine->drop_orphans ? db->engine->drop_orphans(db) : -ENOTSUP;
}

int db_replace(Db *damaged, Db *fresh, const char *mark, char **ret_aside)
{
        *ret_aside = NULL;
        return fresh->engine->replace ? fresh->engine->replace(damaged, fresh, mark, ret_aside) : -ENOTSUP;
}

int db_lock(Db *db)
{
        return db->engine->lock(db);
}

int db_is_locked(Db *db, bool *ret)
{
        return db->engine->is_locked(db, ret);
}

int db_join(Db *db, const char *name, const char *version)
{
        return db->engine->join ? db->engine->join(db, name, version) : db->engine->lock(db);
}

int64_t db_node(Db *db)
{
        return db->engine->node ? db->engine->node() : 0;
}

int db_node_lives(Db *db, int64_t node, bool *ret)
{
        *ret = false;
        return db->engine->node_lives ? db->engine->node_lives(db, node, ret) : 0;
}

int db_expire_nodes(Db *db, int *ret_n)
{
        *ret_n = 0;
        return db->engine->expire_nodes ? db->engine->expire_nodes(db, ret_n) : 0;
}

int db_listen(Db *db, int *ret_fd)
{
        return db->engine->listen(db, ret_fd);
}

usec_t db_look_interval(Db *db)
{
        return db->engine->look_interval(db);
}

bool db_heard(Db *db)
{
        return db->engine->heard(db);
}

int db_upkeep_new(const char *url, DbUpkeep **ret)
{
        const char *place;
        const DbEngine *engine = find_engine(url, &place);
        *ret = NULL;
        return engine ? engine->upkeep_new(url, ret) : -EINVAL;
}

DbUpkeep *db_upkeep_free(DbUpkeep *upkeep)
{
        if (upkeep)
                upkeep->engine->upkeep_free(upkeep);
        return NULL;
}

void db_set_upkeep(Db *db, DbUpkeep *upkeep)
{
        db->engine->set_upkeep(db, upkeep);
}

bool db_upkeep_is_busy(DbUpkeep *upkeep)
{
        return upkeep && upkeep->engine->upkeep_is_busy(upkeep);
}

bool db_upkeep_has_failed(DbUpkeep *upkeep)
{
        return upkeep && upkeep->engine->upkeep_has_failed(upkeep);
}
