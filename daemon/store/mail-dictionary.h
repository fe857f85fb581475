#pragma once

/*
 * A mail that many others nearly repeat. The ledger keeps it once and of each of them only what is different (RFC 8878, Zstandard with the
 * dictionary as its dictionary): a reminder of four thousand bytes is two hundred then. Never changed once it is made, so that threads may
 * share it.
 */

#include "base/cleanup.h"

#include <stddef.h>

typedef struct MailDictionary MailDictionary;

/** mail_dictionary_new() - @bytes are copied. Return: 0 or -ENOMEM. */
int mail_dictionary_new(const char *bytes, size_t len, MailDictionary **ret);
MailDictionary *mail_dictionary_ref(MailDictionary *dictionary);   /* NULL stays NULL */
MailDictionary *mail_dictionary_unref(MailDictionary *dictionary); /* from any thread */
DEFINE_CLEANUP(MailDictionary, mail_dictionary_unrefp, mail_dictionary_unref)
