#pragma once

/* Inside of store/ only: writes the history, and packs its texts. */

#include "store/history.h"
#include "store/query.h"

/**
 * history_note() - write the row of a change, in the transaction of the change
 * @kept: the object before the change; NULL if it was created
 * @record: the object after the change; NULL if it was deleted
 * @at:   not before the last change of the object
 */
int history_note(Store *store, HistoryAction action, const ObjectRecord *kept, const ObjectRecord *record,
                usec_t at);

/**
 * history_note_deletion() - write the row of a deletion: HISTORY_REMOVED if the newest row of the object is
 * a deletion already
 */
int history_note_deletion(Store *store, const ObjectRecord *kept, usec_t at);

/**
 * history_drop_created() - remove the row that says that this transaction has created an object, because
 * the object brings an older history from another store
 */
int history_drop_created(Store *store, int64_t object);

/** history_drop_moves() - remove the rows of what this transaction has moved out of a collection */
int history_drop_moves(Store *store, const char *collection);

/**
 * history_unpack() - read a text of the table `history`
 * @ret: NUL-terminated, the caller frees it; NULL if there is none
 *
 * A compressed text begins with Zstandard's magic number (RFC 8878, 3.1.1), which no object begins with.
 * Return: 0, DB_E_CORRUPT, -ENOMEM.
 */
int history_unpack(const char *bytes, size_t len, char **ret, size_t *ret_len);

/** history_pack() - compress a text; *ret is borrowed until the next call of it or of store_packer() */
int history_pack(Store *store, const char *text, size_t len, const char **ret, size_t *ret_len);

/**
 * history_choices_read() - the listings of a contact, its opt-outs from single events and kinds, and its
 * suppression, as text
 * @ret: appended, a line of JSON for each
 */
int history_choices_read(Store *store, int64_t contact, Buffer *ret);
