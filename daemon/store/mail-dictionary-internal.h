#pragma once

/* Inside of store/ only: a mail packed to its difference from a dictionary, and back. */

#include "store/mail-dictionary.h"

typedef struct MailPacker MailPacker;

/** mail_packer_new() - the buffers that packing works in; one for each connection */
int mail_packer_new(MailPacker **ret);
MailPacker *mail_packer_free(MailPacker *packer);
DEFINE_CLEANUP(MailPacker, mail_packer_freep, mail_packer_free)

/**
 * mail_dictionary_name() - the hash of its bytes, which the store knows it by; mail_dictionary_bytes() -
 * those bytes. Borrowed.
 */
const char *mail_dictionary_name(const MailDictionary *dictionary);
const char *mail_dictionary_bytes(const MailDictionary *dictionary, size_t *ret_len);

/** mail_dictionary_pack() - *ret is borrowed from the packer until its next use. Return: 0 or -ENOMEM. */
int mail_dictionary_pack(MailPacker *packer, const MailDictionary *dictionary, const char *bytes, size_t len,
                const void **ret, size_t *ret_len);

/**
 * mail_dictionary_unpack() - *ret is NUL-terminated, the caller frees it. Return: 0, DB_E_CORRUPT (it is
 * not what was packed), -ENOMEM.
 */
int mail_dictionary_unpack(const char *dictionary, size_t dictionary_len, const void *packed,
                size_t packed_len, char **ret, size_t *ret_len);
