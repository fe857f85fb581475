#pragma once

/*
 * Private to outbox/: reads the mailbox for returned mail at regular intervals. It has its own thread,
 * because the server may be slow. Each message is passed to the takers (taker.h). A message that no taker
 * accepts stays in the mailbox for a person.
 */

#include "base/clock.h"
#include "config/config.h"
#include "outbox/taker.h"
#include "store/node.h"
#include "store/store.h"

typedef struct MailboxReader MailboxReader;

/** All pointers are borrowed and must outlive the reader. */
typedef struct MailboxReaderOptions {
        const Clock *clock;
        ZoneTable *zones;
        const OutboxTaker *const *takers; /* ends with NULL */
        const Node *node;                 /* NULL: there is one daemon */
} MailboxReaderOptions;

/**
 * mailbox_reader_new() - start the thread, which reads the mailbox at once if bounces.mailbox is set
 * and this daemon has the job (NODE_MAILBOX)
 * @config: referenced
 * Return: 0 or negative errno.
 */
int mailbox_reader_new(const MailboxReaderOptions *options, Config *config, MailboxReader **ret);

/**
 * mailbox_reader_free() - stop the thread and wait until it has ended. To avoid a long wait, call
 * mailbox_reader_stop() first, and call this function when mailbox_reader_idle() is true.
 */
MailboxReader *mailbox_reader_free(MailboxReader *reader);
DEFINE_CLEANUP(MailboxReader, mailbox_reader_freep, mailbox_reader_free)

/**
 * mailbox_reader_configure() - end the current reading and read again with another configuration
 * @config: referenced
 */
void mailbox_reader_configure(MailboxReader *reader, Config *config);

/**
 * mailbox_reader_stop() - end the current reading within a second; unread messages stay in the mailbox.
 * Does not block.
 */
void mailbox_reader_stop(MailboxReader *reader);

/** mailbox_reader_idle() - whether the mailbox is not being read. */
bool mailbox_reader_idle(MailboxReader *reader);

/** mailbox_reader_oldest_sign() - the last heartbeat of the thread, as worker_oldest_sign() */
usec_t mailbox_reader_oldest_sign(const MailboxReader *reader);
