#pragma once

/* The properties of an object as `convene show` prints them: each with a title, in the reader's language. */

#include "calendar/event.h"
#include "cli/command.h"
#include "contact/card.h"

/**
 * show_titled() - print "Title: value". Further lines of the value are indented, so that they are not taken
 * for another title.
 */
void show_titled(const Cli *cli, CliTitle title, const char *value);

/**
 * show_append_object() - append the name and the UID of an object; only the UID if the object is not stored.
 * Return: 0, others as the store's.
 */
int show_append_object(Cli *cli, const char *uid, Buffer *out);

/**
 * show_lines_of_event(), show_lines_of_offer(), show_lines_of_card() - print the properties
 * Return: 0, others as the store's.
 */
int show_lines_of_event(Cli *cli, const Event *event);
int show_lines_of_offer(Cli *cli, const Event *event);
int show_lines_of_card(Cli *cli, const Card *card);
