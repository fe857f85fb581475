#pragma once

/* Private to remind/: the occurrences that a mail lists, as rows for the ledger. */

#include "remind/digest.h"
#include "store/ledger.h"

typedef struct DigestTold {
        struct EntryTexts *texts; /* the rows borrow from them */
        MailTold *rows;           /* they borrow from the digest, too */
        size_t n;
} DigestTold;

/**
 * digest_told_init() - make the rows of the first @n entries of a digest, which is borrowed for their life
 * Return: 0 or -ENOMEM. In every case the caller must call digest_told_done().
 */
int digest_told_init(const Digest *digest, size_t n, DigestTold *ret);
void digest_told_done(DigestTold *told);
