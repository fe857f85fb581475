#pragma once

/*
 * Inside of outbox/ only: reads the mailbox that returned mail comes to, look after look, on a thread of
 * its own: the server may take its time. Each message is shown to the takers (taker.h); one that none takes
 * stays in the mailbox for a person.
 */

#include "base/clock.h"
#include "config/config.h"
#include "outbox/taker.h"
#include "store/store.h"

typedef struct MailboxReader MailboxReader;

/**
 * mailbox_reader_new() - the first look is taken at once, where bounces.mailbox is set
 * @config: referenced
 * @clock, @zones, @takers: borrowed; @takers ends with NULL
 * Return: 0 or negative errno.
 */
int mailbox_reader_new(const Clock *clock, Config *config, ZoneTable *zones,
                const OutboxTaker *const *takers, MailboxReader **ret);

/**
 * mailbox_reader_free() - waits for the thread: mailbox_reader_stop() and mailbox_reader_idle() come first
 * where that must not take long.
 */
MailboxReader *mailbox_reader_free(MailboxReader *reader);
DEFINE_CLEANUP(MailboxReader, mailbox_reader_freep, mailbox_reader_free)

/** mailbox_reader_configure() - look again, by another configuration; a look that is under way ends. */
void mailbox_reader_configure(MailboxReader *reader, Config *config);

/**
 * mailbox_reader_stop() - a look ends within a second, and unread messages stay in the mailbox. Never
 * waits. mailbox_reader_idle() - no look is under way.
 */
void mailbox_reader_stop(MailboxReader *reader);
bool mailbox_reader_idle(MailboxReader *reader);

/** mailbox_reader_oldest_sign() - as progress_oldest() */
usec_t mailbox_reader_oldest_sign(const MailboxReader *reader);
