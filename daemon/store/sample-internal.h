#pragma once

/* Inside of store/ only: a mail as what it has beyond its sample, and back. */

#include "store/sample.h"

typedef struct SamplePacker SamplePacker;

/** sample_packer_new() - what packing works in: a store's own. */
int sample_packer_new(SamplePacker **ret);
SamplePacker *sample_packer_free(SamplePacker *packer);
DEFINE_CLEANUP(SamplePacker, sample_packer_freep, sample_packer_free)

/** sample_name(), sample_bytes() - how the store knows it, by what it holds; and what that is. Borrowed. */
const char *sample_name(const MailSample *sample);
const char *sample_bytes(const MailSample *sample, size_t *ret_len);

/** sample_pack() - *ret is borrowed from the packer until its next use. Return: 0 or -ENOMEM. */
int sample_pack(SamplePacker *packer, const MailSample *sample, const char *bytes, size_t len,
                const void **ret, size_t *ret_len);

/** sample_unpack() - *ret is NUL-terminated, the caller frees it. Return: 0, DB_E_CORRUPT (it is not what was packed), -ENOMEM. */
int sample_unpack(const char *sample, size_t sample_len, const void *packed, size_t packed_len, char **ret,
                size_t *ret_len);
