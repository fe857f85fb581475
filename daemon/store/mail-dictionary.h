#pragma once

/*
 * A mail that is similar to many others. The ledger stores it once, and for each of the others only the
 * difference (Zstandard with a dictionary, RFC 8878): 200 bytes for a reminder of 4,000. A dictionary never
 * changes, so threads may share it.
 */

#include "base/cleanup.h"

#include <stddef.h>

typedef struct MailDictionary MailDictionary;

/** mail_dictionary_new() - make a dictionary; @bytes are copied. Return: 0 or -ENOMEM. */
int mail_dictionary_new(const char *bytes, size_t len, MailDictionary **ret);
MailDictionary *mail_dictionary_ref(MailDictionary *dictionary);   /* NULL stays NULL */
MailDictionary *mail_dictionary_unref(MailDictionary *dictionary); /* may be called from any thread */
DEFINE_CLEANUP(MailDictionary, mail_dictionary_unrefp, mail_dictionary_unref)
