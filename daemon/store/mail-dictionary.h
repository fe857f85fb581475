#pragma once

/*
 * A mail that many others nearly repeat. The ledger keeps it once, and of each of the others only the
 * difference (Zstandard with a dictionary, RFC 8878): a reminder of four thousand bytes takes two hundred.
 * A dictionary never changes, so threads may share it.
 */

#include "base/cleanup.h"

#include <stddef.h>

typedef struct MailDictionary MailDictionary;

/** mail_dictionary_new() - @bytes are copied. Return: 0 or -ENOMEM. */
int mail_dictionary_new(const char *bytes, size_t len, MailDictionary **ret);
MailDictionary *mail_dictionary_ref(MailDictionary *dictionary);   /* NULL stays NULL */
MailDictionary *mail_dictionary_unref(MailDictionary *dictionary); /* from any thread */
DEFINE_CLEANUP(MailDictionary, mail_dictionary_unrefp, mail_dictionary_unref)
