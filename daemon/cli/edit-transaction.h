#pragma once

/* How a command writes an event: its new text is parsed and checked like any other before it is kept. */

#include "calendar/edit.h"
#include "cli/command.h"

/**
 * edit_transaction_begin() - be the only writer of the store, and look at the clock
 * edit_transaction_end() - commit when @code is CLI_DONE, undo otherwise
 * Return: an exit code, after a message when it is not CLI_DONE.
 */
int edit_transaction_begin(Cli *cli);
int edit_transaction_end(Cli *cli, int code);

/**
 * edit_transaction_keep() - parse the new text and keep it, or say which property is wrong. Return: an exit
 * code.
 */
int edit_transaction_keep(Cli *cli, const char *collection, const Buffer *text);

/**
 * edit_transaction_check_class() - refuse an unknown CLASS: a misspelt one would hide the event (RFC 5545,
 * 3.8.1.3). Return: an exit code.
 */
int edit_transaction_check_class(const Cli *cli, const char *value);

/**
 * EditCheck - may refuse the change of an event with an exit code after a message, or complete what is to be
 * written.
 */
typedef int EditCheck(Cli *cli, const Event *event, void *userdata);

/**
 * edit_transaction_event() - edit the event that the command's first word names
 * @properties: as for edit_event()
 * @check:      asked before, in the same transaction; may be NULL
 * Return: an exit code, after a message when it is not CLI_DONE.
 */
int edit_transaction_event(Cli *cli, const EditProperty *properties, EditCheck *check, void *userdata);
