#pragma once

/*
 * A mail that many others nearly repeat. The ledger keeps it once and of each of them only what is different (RFC 8878, Zstandard with the
 * sample as its dictionary): a reminder of four thousand bytes is two hundred then. Never changed once it is made, so that threads may
 * share it.
 */

#include "base/cleanup.h"

#include <stddef.h>

typedef struct MailSample MailSample;

/** mail_sample_new() - @bytes are copied. Return: 0 or -ENOMEM. */
int mail_sample_new(const char *bytes, size_t len, MailSample **ret);
MailSample *mail_sample_ref(MailSample *sample);   /* NULL stays NULL */
MailSample *mail_sample_unref(MailSample *sample); /* from any thread */
DEFINE_CLEANUP(MailSample, mail_sample_unrefp, mail_sample_unref)
