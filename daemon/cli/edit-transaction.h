#pragma once

/* Writes an event for a command. The new text is parsed and checked like any other before it is stored. */

#include "calendar/edit.h"
#include "cli/command.h"
#include "remind/notice-basis.h"
#include "store/due-notify.h"

/**
 * edit_transaction_begin() - begin a write transaction and read the clock. Return: CLI_DONE, or an exit
 * code after a message.
 */
int edit_transaction_begin(Cli *cli);

/**
 * edit_transaction_end() - commit if @code is CLI_DONE, otherwise roll back. Return: @code, or an exit
 * code after a message if the commit fails.
 */
int edit_transaction_end(Cli *cli, int code);

/**
 * edit_transaction_keep() - parse the new text and store it, with the option --notify; then warn about
 * dates that are probably wrong. Return: CLI_DONE, or an exit code after a message, such as that about a
 * wrong property.
 */
int edit_transaction_keep(Cli *cli, const char *collection, const Buffer *text);

/**
 * edit_transaction_notify() - read the option --notify
 * @ret: DUE_NOTIFY_SETTLED if it is not given
 * Return: CLI_DONE, or an exit code after a message.
 */
int edit_transaction_notify(const Cli *cli, DueNotify *ret);

/**
 * edit_transaction_watch() - with --notify=all, read an event before it is changed, for notice_tell_all()
 * after that; otherwise nothing is read, and notice_tell_all() does nothing
 * Return: 0, a condition of the store, negative errno. In every case the caller must call
 * notice_basis_done().
 */
int edit_transaction_watch(const Cli *cli, const char *uid, NoticeBasis *ret);

/**
 * edit_transaction_check_class() - refuse an unknown CLASS: a misspelt one would hide the event (RFC 5545,
 * 3.8.1.3). Return: an exit code.
 */
int edit_transaction_check_class(const Cli *cli, const char *value);

/* A result of an EditCheck: nothing needs to be changed, and the callback has said so. */
enum { EDIT_TRANSACTION_UNCHANGED = -1 };

/**
 * EditCheck - check a change of an event before it is written. The callback may complete the properties.
 * Return: CLI_DONE, EDIT_TRANSACTION_UNCHANGED, or an exit code after a message, which refuses the change.
 */
typedef int EditCheck(Cli *cli, const Event *event, void *userdata);

/**
 * edit_transaction_apply() - read, edit and store an event or offer, in an open transaction
 * @properties: as for edit_event(); read after the call of @check
 * @check:      called before the edit; may be NULL
 * Return: CLI_DONE, or an exit code after a message.
 */
int edit_transaction_apply(
                Cli *cli, const char *uid, const EditProperty *properties, EditCheck *check, void *userdata);
