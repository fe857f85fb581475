#pragma once

/*
 * Reads the mailbox that bounces come to, round after round, on a thread of its own: the server may take its time. What it makes of a message is
 * returned_take()'s matter; a person's mail, and what cannot be assigned, stays in the mailbox for a person.
 */

#include "base/clock.h"
#include "config/config.h"
#include "store/store.h"

typedef struct MailboxReader MailboxReader;

/** mailbox_reader_new() - the first look is taken at once, where bounces.mailbox is set. @config is referenced, the others borrowed. Return: 0 or negative errno. */
int mailbox_reader_new(const Clock *clock, Config *config, ZoneTable *zones, MailboxReader **ret);

/** mailbox_reader_free() - waits for the thread: mailbox_reader_stop() and mailbox_reader_idle() come first where that must not take long. */
MailboxReader *mailbox_reader_free(MailboxReader *reader);
DEFINE_CLEANUP(MailboxReader, mailbox_reader_freep, mailbox_reader_free)

/** mailbox_reader_configure() - look again, by another configuration; a look that is under way ends. */
void mailbox_reader_configure(MailboxReader *reader, Config *config);

/** mailbox_reader_stop() - a look ends within a second, what it has not dealt with stays in the mailbox. Never waits. */
void mailbox_reader_stop(MailboxReader *reader);
bool mailbox_reader_idle(MailboxReader *reader);

/** mailbox_reader_oldest_sign() - as progress_oldest() */
usec_t mailbox_reader_oldest_sign(const MailboxReader *reader);
