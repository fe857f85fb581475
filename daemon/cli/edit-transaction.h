#pragma once

/* How a command writes an event: its new text is parsed and checked like any other before it is stored. */

#include "calendar/edit.h"
#include "cli/command.h"

/**
 * edit_transaction_begin() - begin a write transaction and read the clock
 * edit_transaction_end() - commit when @code is CLI_DONE, undo otherwise
 * Return: an exit code, after a message when it is not CLI_DONE.
 */
int edit_transaction_begin(Cli *cli);
int edit_transaction_end(Cli *cli, int code);

/**
 * edit_transaction_keep() - parse the new text and store it, or report the wrong property. Return: an
 * exit code.
 */
int edit_transaction_keep(Cli *cli, const char *collection, const Buffer *text);

/**
 * edit_transaction_check_class() - refuse an unknown CLASS: a misspelt one would hide the event (RFC 5545,
 * 3.8.1.3). Return: an exit code.
 */
int edit_transaction_check_class(const Cli *cli, const char *value);

/**
 * EditCheck - check a change of an event: refuse it with a message and an exit code, or complete the
 * properties before they are written.
 */
typedef int EditCheck(Cli *cli, const Event *event, void *userdata);

/**
 * edit_transaction_event() - edit the event named by the command's first word
 * @properties: as for edit_event()
 * @check:      called first, in the same transaction; may be NULL
 * Return: an exit code, after a message when it is not CLI_DONE.
 */
int edit_transaction_event(Cli *cli, const EditProperty *properties, EditCheck *check, void *userdata);
