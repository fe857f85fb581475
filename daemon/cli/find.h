#pragma once

/* Finds the object named by a word of the command line. */

#include "calendar/event.h"
#include "cli/command.h"
#include "store/object.h"

/**
 * find_refuse() - report that a UID names no object, because the object was deleted or the UID is unknown
 * @pattern: the message about an unknown UID, with {name}; NULL for the usual message
 * Return: CLI_REFUSED.
 */
int find_refuse(Cli *cli, const char *pattern, const char *uid);

/**
 * find_object() - find an event, offer or card by UID, or a contact by mail address. Return: CLI_DONE, or
 * an exit code after a message.
 */
int find_object(Cli *cli, const char *word, ObjectRecord **ret);

/**
 * find_contact() - find a contact by UID or mail address. Return: CLI_DONE, or an exit code after a
 * message.
 */
int find_contact(Cli *cli, const char *word, ObjectRecord **ret);

/**
 * find_contact_option() - find the contact that an option names, as find_contact() does
 * @ret: NULL if the option is not given
 */
int find_contact_option(Cli *cli, const char *option, ObjectRecord **ret);

/**
 * find_event_or_offer() - find an event, draft or offer by UID
 * find_event() - find an event or draft by UID; an offer is refused
 * Return: CLI_DONE, or an exit code after a message.
 */
int find_event_or_offer(Cli *cli, const char *uid, ObjectRecord **ret_record, Event **ret_event);
int find_event(Cli *cli, const char *uid, ObjectRecord **ret_record, Event **ret_event);
