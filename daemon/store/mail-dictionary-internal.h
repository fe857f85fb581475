#pragma once

/* Inside of store/ only: compresses a mail to its difference from a dictionary, or any text, and back. */

#include "store/mail-dictionary.h"

typedef struct MailPacker MailPacker;

/** mail_packer_new() - make the buffers for compression; one packer for each connection */
int mail_packer_new(MailPacker **ret);
MailPacker *mail_packer_free(MailPacker *packer);
DEFINE_CLEANUP(MailPacker, mail_packer_freep, mail_packer_free)

/** mail_dictionary_name() - the hash of the dictionary's bytes, which names it in the store; borrowed */
const char *mail_dictionary_name(const MailDictionary *dictionary);

/** mail_dictionary_bytes() - the bytes of the dictionary; borrowed */
const char *mail_dictionary_bytes(const MailDictionary *dictionary, size_t *ret_len);

/**
 * mail_dictionary_pack() - compress a mail; *ret is borrowed from the packer until its next use
 * @dictionary: NULL: the bytes are compressed alone
 *
 * Return: 0 or -ENOMEM.
 */
int mail_dictionary_pack(MailPacker *packer, const MailDictionary *dictionary, const char *bytes, size_t len,
                const void **ret, size_t *ret_len);

/**
 * mail_dictionary_unpack() - restore a mail; *ret is NUL-terminated, the caller frees it
 * @dictionary: NULL with the length 0 for bytes that were compressed alone
 *
 * Return: 0, DB_E_CORRUPT if the bytes or the dictionary are wrong, -ENOMEM.
 */
int mail_dictionary_unpack(const char *dictionary, size_t dictionary_len, const void *packed,
                size_t packed_len, char **ret, size_t *ret_len);
