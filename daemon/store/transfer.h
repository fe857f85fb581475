#pragma once

/*
 * The state of a store as lines of JSON, so that another store can continue where this one has stopped. The
 * lines hold what the objects themselves do not: listings, opt-outs, returned mails, the ledger and its
 * archive, requests of the form, meetings, accounts with the hashes of their passwords and their second
 * factors, owners and properties of collections, deleted collections, announcements, the history of
 * objects, the office's own texts, and the changes and announcements that are not told to each contact
 * yet. convene(1) describes the format.
 *
 * The lines lack what is made or fetched again, the sessions of the office, and what scheduling (RFC 6638)
 * keeps: the people who were invited by mail, their answers, messages that wait to be mailed, and whether a
 * calendar takes part. tests/unit/test_store.c lists the tables that are left out.
 *
 * The first line is the record "store", the last one is the record "end" with the number of lines before
 * it. The lines between are rows of the tables in store/transfer-tables.h. The numbers of objects, mails
 * and meetings in the lines are those of the old store.
 */

#include "base/input-error.h"
#include "store/store.h"

enum { TRANSFER_VERSION = 8 };

enum {
        TRANSFER_E_INVALID = CONDITIONS_STORE + 50, /* a line that is not of this format */
};

/**
 * transfer_write() - pass each line to @on_line, without its end; in the caller's transaction
 *
 * Return: 0, the nonzero result of the callback, a condition of the store, negative errno.
 */
int transfer_write(
                Store *store, int (*on_line)(const char *line, size_t len, void *userdata), void *userdata);

/** Adds lines to a store; in the caller's transaction, so that a failure leaves nothing behind. */
typedef struct Transfer Transfer;

/**
 * transfer_new() - begin to add lines
 * @now: the time at which the objects of the same transaction were put
 */
int transfer_new(Store *store, usec_t now, Transfer **ret);
Transfer *transfer_free(Transfer *transfer);
DEFINE_CLEANUP(Transfer, transfer_freep, transfer_free)

/**
 * transfer_prepare() - make the collection of a line, or reserve the number of an object. The lines are
 * passed before the objects are put, because the zone of a collection decides when its dates begin.
 * *ret_ready is true for the first line that is neither a collection nor an object.
 * transfer_add() - add a line. All objects must have been put, and the lines have the order of
 * transfer_write().
 *
 * A store that has never mailed takes over the time of the first start, the secret of the links and the mark
 * of the old store. In any other store the lines are merged: an opt-out is never lost; a listing, a private
 * feed or a meeting that the new store has is kept; a hold is released if a meeting of the other store has
 * its time; the later change of a contact's suppression counts; a mail that waits in the new store and was
 * sent by the old one counts as sent.
 *
 * @ret_error: line and reason, on TRANSFER_E_INVALID
 *
 * Return: 0, TRANSFER_E_INVALID, a condition of the store, negative errno.
 */
int transfer_prepare(
                Transfer *transfer, const char *line, size_t len, bool *ret_ready, InputError *ret_error);
int transfer_add(Transfer *transfer, const char *line, size_t len, InputError *ret_error);

typedef struct TransferResult {
        int64_t n_records; /* lines that were added, or whose content the store already had */
        int64_t n_lost;    /* lines about contacts that the store does not have */
} TransferResult;

/**
 * transfer_end() - finish, and make all events due. TRANSFER_E_INVALID: the last line is missing.
 */
int transfer_end(Transfer *transfer, InputError *ret_error, TransferResult *ret);
