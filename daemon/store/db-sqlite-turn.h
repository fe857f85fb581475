#pragma once

/*
 * The turns of the connections of this process that write to the same file. SQLite lets one connection write
 * at a time, and can only try again and again for the others. Here they wait in a line instead, without
 * trying, and each gets its turn in the order in which it came. Writers of other processes are not in the
 * line: SQLite's own lock still decides.
 *
 * Private to the SQLite engine. Any thread may call these functions.
 */

#include "base/time.h"

#include <sys/stat.h>

typedef struct WriteTurn WriteTurn;

/**
 * write_turn_find() - get the turns of a file; each call is paired with a write_turn_release()
 * @file: from fstat() or stat(): its device and inode are the key
 *
 * Return: the turns, which all connections to the file share; NULL if memory ran out.
 */
WriteTurn *write_turn_find(const struct stat *file);
/** write_turn_release() - give the turns of a file back. @turn: NULL is allowed */
void write_turn_release(WriteTurn *turn);

/**
 * write_turn_begin() - wait until all that came earlier have ended their turns
 * @patience: in microseconds
 *
 * Return: whether it is the caller's turn; false after @patience.
 */
bool write_turn_begin(WriteTurn *turn, usec_t patience);
/** write_turn_end() - end a turn, on any thread, and begin the next one in the line */
void write_turn_end(WriteTurn *turn);
