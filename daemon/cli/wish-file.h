#pragma once

/*
 * Reads wishes from a table of comma-separated values (RFC 4180), as spreadsheets write them: the contact
 * who has the wish, the contact to meet, and the priority, which may be left out. Semicolons and tabs are
 * taken instead of commas if the first line has more of them; a byte order mark is skipped. A contact is
 * given by UID or mail address.
 */

#include "cli/command.h"
#include "meet/wish.h"

/**
 * wish_file_parse() - append the wishes of a file
 * @path: of the file, for messages
 * @text: the file's content; is changed
 *
 * The first line is a heading, and is skipped, if neither of its first two fields is a contact, the first
 * one has no "@", and the third one is missing or has a text that is no priority. Each wrong line is
 * reported.
 * Return: CLI_DONE, or an exit code after messages.
 */
int wish_file_parse(Cli *cli, const char *path, char *text, WishList *list);
