#pragma once

/*
 * A thread that brings home what has been committed: commits append to a log, and to move it to its place takes syncs of the disk that
 * nobody should wait for who has other things to do.
 */

#include "base/cleanup.h"

#include <stdbool.h>

typedef struct Checkpointer Checkpointer;

/** checkpointer_new() - @url: of the store; it is opened when there is something to do. Return: 0 or negative errno. */
int checkpointer_new(const char *url, Checkpointer **ret);
Checkpointer *checkpointer_free(Checkpointer *checkpointer);
DEFINE_CLEANUP(Checkpointer, checkpointer_freep, checkpointer_free)

/** checkpointer_told() - so many pages lie in the log; from any thread, never waits. */
void checkpointer_told(Checkpointer *checkpointer, int pages);

/** checkpointer_works() - whether it is at it: who can wait with more to write is not held up by it, and does not hold it up. */
bool checkpointer_works(Checkpointer *checkpointer);

/** checkpointer_failed() - whether the disk could not be written. It is not tried again: the kernel may have dropped what only the log has still. */
bool checkpointer_failed(Checkpointer *checkpointer);
