#pragma once

/*
 * The upkeep of SQLite (DbUpkeep of store/db.h): a thread that moves committed pages from the log into the file. A checkpoint takes syncs of
 * the disk that no writer should wait for.
 */

#include "store/db-engine.h"

int checkpointer_new(const char *url, DbUpkeep **ret);
void checkpointer_free(DbUpkeep *upkeep);

/** checkpointer_serve() - have a connection's commits counted; NULL: it checkpoints itself */
void checkpointer_serve(Db *db, DbUpkeep *upkeep);

/** checkpointer_told() - the number of pages in the log; from any thread, never waits. */
void checkpointer_told(DbUpkeep *upkeep, int pages);

bool checkpointer_is_busy(DbUpkeep *upkeep);

/** checkpointer_has_failed() - whether the disk could not be written. It is not tried again: the kernel may have dropped what only the log has still. */
bool checkpointer_has_failed(DbUpkeep *upkeep);
